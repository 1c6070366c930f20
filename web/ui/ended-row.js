/** The row of a generation that failed or was cancelled: why, what it had written, and how to do it over. */

import { h } from './dom.js';
import { explain } from './i18n.js';
import { icon } from './icons.js';
import { createQuestionItem } from './question-item.js';

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
  const { t, format, actions } = page;
  const hasFailed = job.status === 'failed';
  const reason = hasFailed && job.error ? explain(t, job.error.code) : '';
  const time = h('time', { datetime: job.completed_at }, format.dateTime(job.completed_at ?? job.created_at));
  const retry = button(t('ended.retry'), () => actions.retry(job.id));
  const element = h(
    'li',
    { 'class': `row row-${job.status}`, 'data-testid': `${job.status}-row` },
    h(
      'div',
      { class: 'row-head' },
      icon(hasFailed ? 'warning' : 'stopped'),
      h(
        'div',
        { class: 'row-words' },
        h('h3', { class: 'row-title' }, t(hasFailed ? 'ended.failed' : 'ended.cancelled')),
        h('p', { class: 'row-note muted' }, reason, reason && ' · ', time),
      ),
      h(
        'div',
        { class: 'row-actions' },
        button(t('ended.dismiss'), () => actions.dismiss(job.id), 'button-quiet'),
        retry,
      ),
    ),
    kept(page, job),
  );
  return {
    element,
    update({ live, isStarting }) {
      retry.disabled = isStarting || live.active !== null;
      retry.title = retry.disabled ? t('generate.why_disabled') : '';
    },
  };
}

/**
 * What was written stays, folded away.
 *
 * @param {Page} page
 * @param {JobView} job
 */
function kept(page, { id, partial }) {
  const { questions } = partial;
  if (questions.length === 0) return null;
  const items = questions.map((question) => createQuestionItem(page, id, question).element);
  return h(
    'details',
    { class: 'kept' },
    h('summary', null, icon('chevron'), page.t('ended.kept', { n: questions.length })),
    h('ol', { class: 'questions', role: 'list' }, ...items),
  );
}

/**
 * @param {string} text
 * @param {() => void} onClick
 * @param {string} [kind]
 */
function button(text, onClick, kind = '') {
  return h('button', { type: 'button', class: `button ${kind}`, onclick: onClick }, text);
}
