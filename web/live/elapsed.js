/**
 * How long a job has taken so far: the server says it once a second, a local clock fills in between.
 * Pure; `now` is monotonic, in milliseconds.
 */

// A frame may be late by this much; a clock that jumps back for that would look broken.
const TOLERATED_DRIFT_SECONDS = 2;

/**
 * @typedef {object} Elapsed
 * @property {number} seconds what had passed
 * @property {number} at when that was, on the local clock
 */

/**
 * Return the clock after the server said `seconds`; it goes back only when it was ahead by two seconds or more.
 *
 * @param {Elapsed | undefined} clock
 * @param {number} seconds
 * @param {number} now
 * @returns {Elapsed}
 */
export function hear(clock, seconds, now) {
  if (clock) {
    const lead = read(clock, now) - seconds;
    if (lead >= 0 && lead < TOLERATED_DRIFT_SECONDS) return clock;
  }
  return { seconds, at: now };
}

/**
 * Return the seconds that have passed by `now`.
 *
 * @param {Elapsed} clock
 * @param {number} now
 * @returns {number}
 */
export function read(clock, now) {
  return clock.seconds + Math.max(0, now - clock.at) / 1000;
}
