/** One timer for all clocks on the page; it runs only while somebody needs it, and moves nothing but them. */

// Four times a second, no displayed second is skipped or late by more than one can see.
const TICK_MS = 250;

/** @typedef {ReturnType<typeof createTicker>} Ticker */

/** Create a ticker without clocks that stands still. */
export function createTicker() {
  /** @type {Map<{isConnected: boolean}, {move: () => void, hasMoved: boolean}>} */
  const clocks = new Map();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  function tick() {
    for (const [element, clock] of clocks) {
      // What is not on the page yet is about to be; what has left it does not come back.
      if (element.isConnected) clock.move();
      else if (clock.hasMoved) clocks.delete(element);
      clock.hasMoved ||= element.isConnected;
    }
  }

  return {
    /**
     * Call `move` at every tick for as long as its element is on the page.
     *
     * @param {{isConnected: boolean}} element
     * @param {() => void} move
     */
    add: (element, move) => void clocks.set(element, { move, hasMoved: false }),

    /** @param {boolean} isWanted */
    set(isWanted) {
      if (isWanted === (timer !== undefined)) return;
      clearInterval(timer);
      timer = isWanted ? setInterval(tick, TICK_MS) : undefined;
    },
  };
}
