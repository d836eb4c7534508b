/** Name of the filter that says whether a pull request changes what decides how it is checked. */
export const ownFilter = "workflow";
