import { version } from "@pulumi/github/package.json";
import { runPlugin } from "../host";
import { githubProvider } from "./provider";

runPlugin(githubProvider(version));
