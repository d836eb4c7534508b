/** The input of the comment's action for the report of a job. */
export function reportInput(job: string): string {
  return `report-${job}`;
}
