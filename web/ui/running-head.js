/** The line of a running generation that moves: its clock, what is going on, and how to stop it. */

import { h, setText } from './dom.js';
import { runningNote } from './running-note.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('../live/wire.js').JobView} JobView
 */

/**
 * @param {Page} page
 * @param {HTMLElement} title in which the clock is
 * @param {...HTMLElement} beside what stands beside the button
 * @returns {import('./dom.js').Part<JobView | null>} still without a job
 */
export function createRunningHead({ t, format, live, ticker, actions }, title, ...beside) {
  const note = h('p', { class: 'row-note muted' });
  const spinner = h('span', { 'class': 'spinner', 'aria-hidden': 'true' });
  const cancel = h('button', { type: 'button', class: 'button', onclick: () => stop() }, t('running.cancel'));
  const words = h('div', { class: 'row-words' }, title, note);
  const buttons = h('div', { class: 'row-actions' }, ...beside, cancel);
  const element = h('div', { class: 'row-head' }, spinner, words, buttons);
  let shown = /** @type {JobView | null} */ (null);

  function tick() {
    if (!shown) return;
    const seconds = live.elapsedSeconds(shown);
    setText(title, t('running.title', { elapsed: format.elapsed(seconds) }));
    setText(note, runningNote(t, format, shown, seconds, live.serverNow()));
  }

  async function stop() {
    cancel.disabled = true;
    if (shown) await actions.cancel(shown.id);
    cancel.disabled = false;
  }

  ticker.add(element, tick);
  return {
    element,
    update(job) {
      shown = job;
      tick();
    },
  };
}
