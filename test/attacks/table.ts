import type { Attack } from "./attack";
import { dryRunFormAttacks } from "./dryRunForms";
import { guardAttacks } from "./guardItself";
import { identityAttacks } from "./identities";
import { readAttacks } from "./reads";
import { subresourceAttacks } from "./subresources";
import { unusualAttacks } from "./unusual";
import { writeAttacks } from "./writes";

/** Every request of the attack, each once. */
export function attackTable(): Attack[] {
  return [
    ...writeAttacks(),
    ...dryRunFormAttacks(),
    ...subresourceAttacks(),
    ...readAttacks(),
    ...identityAttacks(),
    ...guardAttacks(),
    ...unusualAttacks(),
  ];
}
