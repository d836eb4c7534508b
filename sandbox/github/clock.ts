import { setTimeout } from "node:timers/promises";

/** The time that the service lives in. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves when so many milliseconds of this clock have passed; rejects when the signal comes first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/**
 * A clock that starts now and runs `speed` times as fast as the real one.
 *
 * @param speed 60 plays half an hour in 30 seconds
 */
export function startClock(speed = 1): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * speed,
    sleep: async (milliseconds, signal) => {
      await setTimeout(milliseconds / speed, undefined, { signal, ref: false });
    },
  };
}

/** A time as the REST API writes it: without milliseconds. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
}
