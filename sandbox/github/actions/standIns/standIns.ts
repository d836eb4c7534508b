import { join } from "node:path";

/**
 * Actions of others that jobs may use, each at the one commit whose behaviour its stand-in has. Any other commit or tag
 * is looked for in the local GitHub, where it is not: the job fails, as on GitHub for an action that does not exist.
 */
export const standIns = [
  {
    action: "actions/checkout",
    // v7.0.1
    commit: "3d3c42e5aac5ba805825da76410c181273ba90b1",
    folder: join(__dirname, "checkout"),
  },
  {
    action: "dorny/paths-filter",
    // v4.0.2
    commit: "7b450fff21473bca461d4b92ce414b9d0420d706",
    folder: join(__dirname, "paths-filter"),
  },
];
