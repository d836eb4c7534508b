import { attackCommand } from "../command";
import { playNamed } from "./run";
import { sampleOf } from "./sample";

attackCommand({
  name: "attack:pr",
  description: "Attacks a deployed world with pull requests.",
  play: playNamed,
  sampleOf,
});
