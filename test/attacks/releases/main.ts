import { attackCommand } from "../command";
import { playNamed } from "./run";
import { sampleOf } from "./sample";

attackCommand({
  name: "attack:apply",
  description: "Attacks a deployed world in which releases are applied.",
  play: playNamed,
  sampleOf,
});
