/**
 * Ends this process soon after its parent is gone, however it went. The engine ends its plugins and language hosts only
 * where it comes to its own end; a killed one leaves them behind.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 1000).unref();
}
