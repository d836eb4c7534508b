/** Something stands in the way of checking at all: no statement about the change can be made. */
export class CouldNotCheck extends Error {}
