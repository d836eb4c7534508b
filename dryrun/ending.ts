/** How a run ends early. */
export interface Ending {
  /** The run ends when this is aborted: by whoever started it, or by its time limit. */
  signal: AbortSignal;
  /** What is under way is given up when this is aborted, some time after {@link signal}. */
  cut: AbortSignal;
  /** Why it was ended, as a sentence; undefined if it was not. */
  reason(): string | undefined;
  /** Must be called when the run is over. */
  clear(): void;
}

/**
 * Ends a run from outside or after its time limit.
 * AbortSignal.any of an AbortSignal.timeout can be collected before it fires: https://github.com/nodejs/node/issues/57736
 * @param limit in seconds.
 * @param grace seconds until what is under way is given up.
 */
export function endingOf(ended: AbortSignal, limit: number, grace = 0): Ending {
  const [run, requests] = [new AbortController(), new AbortController()];
  const timers: NodeJS.Timeout[] = [];
  const end = () => {
    run.abort();
    timers.push(
      setTimeout(() => {
        requests.abort();
      }, grace * 1000),
    );
  };
  timers.push(setTimeout(end, limit * 1000));
  ended.addEventListener("abort", end, { once: true });
  return {
    signal: run.signal,
    cut: requests.signal,
    reason: () => {
      if (!run.signal.aborted) return undefined;
      if (ended.aborted) return "The run was ended from outside.";
      return `The run was ended after its time limit of ${String(limit)} s.`;
    },
    clear: () => {
      timers.forEach(clearTimeout);
      ended.removeEventListener("abort", end);
    },
  };
}
