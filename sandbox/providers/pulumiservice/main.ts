import { version } from "@pulumi/pulumiservice/package.json";
import { runPlugin } from "../host";
import { pulumiServiceProvider } from "./provider";

runPlugin(pulumiServiceProvider(version));
