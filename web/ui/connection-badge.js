/** Whether the page is up to date by itself: a dot and a word, and when it is tried again. */

import { h, setText } from './dom.js';

// A wait shorter than that is over before it is read.
const WORTH_TELLING_SECONDS = 2;

/**
 * Create the indicator.
 *
 * @param {import('./page.js').Page} page
 * @param {() => number} now milliseconds since 1970
 * @returns {import('./dom.js').Part<import('./state.js').State>}
 */
export function createConnectionBadge({ t, ticker }, now) {
  const words = h('span', { class: 'connection-words' });
  // A status region speaks at every change: the seconds are for the eyes.
  const wait = h('span', { 'class': 'connection-wait', 'aria-hidden': 'true' });
  const element = h(
    'span',
    { 'class': 'connection', 'role': 'status', 'data-testid': 'connection' },
    h('span', { 'class': 'dot', 'aria-hidden': 'true' }),
    words,
    wait,
  );
  let retryAt = /** @type {number | null} */ (null);
  let seconds = 0;

  function tick() {
    const left = retryAt === null ? 0 : Math.ceil((retryAt - now()) / 1000);
    // What became too short while it was shown is counted to its end.
    seconds = seconds > 0 || left >= WORTH_TELLING_SECONDS ? Math.max(0, left) : 0;
    setText(wait, seconds > 0 ? t('connection.wait', { s: seconds }) : '');
  }

  ticker.add(element, tick);
  return {
    element,
    update({ session, live }) {
      element.hidden = !session;
      // Before the first connection and while it opens is the same to a reader.
      const status = live.status === 'idle' ? 'connecting' : live.status;
      element.dataset.status = status;
      element.title = t('connection.label', { status: t(`connection.${status}`) });
      setText(words, t(`connection.${status}`));
      retryAt = live.retryAt;
      tick();
    },
  };
}
