/** Tells screen readers how far a generation is, and of each retry once: seldom enough to be listened to. */

import { h, setText } from './dom.js';
import { retryNote } from './running-note.js';
import { progressOf } from './state.js';

// A question comes every few seconds; one sentence in fifteen leaves room to read.
const QUIET_MS = 15_000;

/**
 * Create the invisible region that speaks.
 *
 * @param {import('./page.js').Page} page
 * @param {() => number} now monotonic milliseconds
 * @returns {import('./dom.js').Part<import('../live/wire.js').JobView | null>}
 */
export function createNarrator({ t, live }, now) {
  const element = h('p', { class: 'visually-hidden', role: 'status' });
  let saidAt = -Infinity;
  /** @type {string | null} of the retry that was told of last */
  let retryAt = null;

  /** @param {string} sentence */
  function say(sentence) {
    if (element.textContent === sentence) return;
    setText(element, sentence);
    saidAt = now();
  }

  return {
    element,
    update(job) {
      if (!job) return;
      const waiting = retryNote(t, job, live.serverNow());
      if (waiting) {
        // Once for each: the seconds are counted for the eyes.
        if (job.retry_at !== retryAt) say(waiting);
        retryAt = job.retry_at;
        return;
      }
      const progress = progressOf(job);
      if (progress?.done && now() - saidAt >= QUIET_MS) say(t('running.progress.label', progress));
    },
  };
}
