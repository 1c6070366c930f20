/** The row of a generation that failed or was cancelled: why, what it had written, and how to do it over. */

import { h } from './dom.js';
import { createDisclosure } from './disclosure.js';
import { explain } from './i18n.js';
import { icon } from './icons.js';
import { createWritten } from './written.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('../live/wire.js').JobView} JobView
 */

/**
 * Create the row.
 *
 * @param {Page} page
 * @param {JobView} job that failed or was cancelled
 * @returns {import('./dom.js').Part<import('./page.js').State>}
 */
export function createEndedRow(page, job) {
  const { t, actions } = page;
  const retry = button(t('ended.retry'), () => actions.retry(job.id));
  const dismiss = button(t('ended.dismiss'), () => actions.dismiss(job.id), 'button-quiet');
  return {
    element: h(
      'li',
      { 'class': `row row-${job.status}`, 'data-testid': `${job.status}-row` },
      h(
        'div',
        { class: 'row-head' },
        icon(job.status === 'failed' ? 'warning' : 'stopped'),
        words(page, job),
        h('div', { class: 'row-actions' }, dismiss, retry),
      ),
      kept(page, job),
    ),
    update({ live, isStarting }) {
      retry.disabled = isStarting || live.active !== null;
      retry.title = retry.disabled ? t('generate.why_disabled') : '';
    },
  };
}

/**
 * @param {Page} page
 * @param {JobView} job
 */
function words({ t, format }, { status, error, completed_at, created_at }) {
  const reason = status === 'failed' && error ? explain(t, error.code) : '';
  const time = h('time', { datetime: completed_at }, format.dateTime(completed_at ?? created_at));
  return h(
    'div',
    { class: 'row-words' },
    h('h3', { class: 'row-title' }, t(status === 'failed' ? 'ended.failed' : 'ended.cancelled')),
    h('p', { class: 'row-note muted' }, reason, reason && ' · ', time),
  );
}

/**
 * What was written stays in view, until the reader folds it away.
 *
 * @param {Page} page
 * @param {JobView} job
 */
function kept(page, job) {
  const { questions, text } = job.partial;
  if (questions.length === 0 && !text) return null;
  const written = createWritten(page, job.id);
  written.update(job);
  if (questions.length === 0) return written.element;
  const summary = h('summary', null, icon('chevron'), page.t('ended.kept', { n: questions.length }));
  return createDisclosure(page, job.id, { class: 'kept', isOpen: true }, summary, written.element);
}

/**
 * @param {string} text
 * @param {() => void} onClick
 * @param {string} [kind]
 */
function button(text, onClick, kind = '') {
  return h('button', { type: 'button', class: `button ${kind}`, onclick: onClick }, text);
}
