/** Tells screen readers how far a generation is, seldom enough to be listened to. */

import { h, setText } from './dom.js';
import { progressOf } from './state.js';

// A question comes every few seconds; one sentence in fifteen leaves room to read.
const QUIET_MS = 15_000;

/**
 * Create the invisible region that speaks.
 *
 * @param {import('./i18n.js').Translate} t
 * @param {() => number} now monotonic milliseconds
 * @returns {import('./dom.js').Part<import('../live/wire.js').JobView | null>}
 */
export function createNarrator(t, now) {
  const element = h('p', { class: 'visually-hidden', role: 'status' });
  let saidAt = -Infinity;
  return {
    element,
    update(job) {
      const progress = job && progressOf(job);
      if (!progress?.done || now() - saidAt < QUIET_MS) return;
      const sentence = t('running.progress.label', progress);
      if (element.textContent === sentence) return;
      setText(element, sentence);
      saidAt = now();
    },
  };
}
