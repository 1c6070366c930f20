/** One timer for all clocks on the page; it runs only while somebody needs it. */

// Four times a second, no displayed second is skipped or late by more than one can see.
const TICK_MS = 250;

/** @typedef {ReturnType<typeof createTicker>} Ticker */

/**
 * Create a ticker that calls `onTick` for as long as it is wanted.
 *
 * @param {() => void} onTick
 */
export function createTicker(onTick) {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  return {
    /** @param {boolean} isWanted */
    set(isWanted) {
      if (isWanted === (timer !== undefined)) return;
      clearInterval(timer);
      timer = isWanted ? setInterval(onTick, TICK_MS) : undefined;
    },
  };
}
