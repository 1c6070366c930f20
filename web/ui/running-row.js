/** The row of a running generation: how long, how far, what is written so far, and how to stop it. */

import { h, setText } from './dom.js';
import { createRunningHead } from './running-head.js';
import { progressOf } from './state.js';
import { createWritten } from './written.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('../live/wire.js').JobView} JobView
 */

/**
 * Create the row.
 *
 * @param {Page} page
 * @param {JobView} job
 * @returns {import('./dom.js').Part<JobView>}
 */
export function createRunningRow(page, job) {
  const { t, drafts } = page;
  const progress = createProgress(page);
  const title = h('h3', { 'class': 'row-title', 'data-testid': 'elapsed' });
  const head = createRunningHead(page, title, progress.element);
  const written = createWritten(page, job.id);
  const comment = job.comment && t('running.comment', { comment: job.comment });
  // Questions that somebody saw being written stay in view when they are a set.
  drafts.open.set(job.id, true);
  return {
    element: h(
      'li',
      { 'class': 'row row-running', 'data-testid': 'loading-row' },
      head.element,
      comment && h('p', { class: 'row-comment muted' }, comment),
      written.element,
    ),
    update(next) {
      for (const part of [head, progress, written]) part.update(next);
    },
  };
}

/**
 * `3/10` and a bar; without a number of its own the bar only says that something is happening.
 *
 * @param {Page} page
 * @returns {import('./dom.js').Part<JobView>}
 */
function createProgress({ t }) {
  const count = h('span', { 'class': 'row-count', 'aria-hidden': 'true' });
  const bar = h('progress', { max: 1 });
  return {
    element: h('div', { class: 'row-progress' }, count, bar),
    update(job) {
      const progress = progressOf(job);
      setText(count, progress ? t('running.progress', progress) : '');
      bar.setAttribute('aria-label', progress ? t('running.progress.label', progress) : t('running.note'));
      if (progress) [bar.max, bar.value] = [progress.total, progress.done];
      else bar.removeAttribute('value');
    },
  };
}
