import { setTimeout } from "node:timers/promises";

/** POST `{minutes}`: moves the service's time on, for those who would have to wait. Needs no token. */
export const clockPath = "/-/clock";

/** The time that the service lives in. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves when so many milliseconds of this clock have passed; rejects when the signal comes first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Moves the time on, and wakes who sleeps until then. */
  advance(milliseconds: number): void;
}

/**
 * A clock that starts now and runs `speed` times as fast as the real one.
 *
 * @param speed 60 plays half an hour in 30 seconds
 */
export function startClock(speed = 1): Clock {
  const start = Date.now();
  let ahead = 0;
  let jump = new AbortController();
  const now = () => start + (Date.now() - start) * speed + ahead;
  const sleep = async (milliseconds: number, signal?: AbortSignal) => {
    const end = now() + milliseconds;
    while (now() < end) {
      const woken = AbortSignal.any([jump.signal, ...(signal ? [signal] : [])]);
      const left = (end - now()) / speed;
      await setTimeout(left, undefined, { signal: woken, ref: false }).catch(() => undefined);
      signal?.throwIfAborted();
    }
  };
  const advance = (milliseconds: number) => {
    ahead += milliseconds;
    const before = jump;
    jump = new AbortController();
    before.abort();
  };
  return { now, sleep, advance };
}

/** A time as the REST API writes it: without milliseconds. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
}
