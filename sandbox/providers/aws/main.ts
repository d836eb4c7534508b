import { version } from "@pulumi/aws/package.json";
import { runPlugin } from "../host";
import { awsProvider } from "./provider";

runPlugin(awsProvider(version));
