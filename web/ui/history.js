/** The question history: what is being written, then what ended without a result, then the sets, newest first. */

import { h, keyed } from './dom.js';
import { createEndedRow } from './ended-row.js';
import { createQuestionSet } from './question-set.js';
import { createRunningRow } from './running-row.js';
import { createSetsNotice } from './sets-notice.js';
import { activeJobOf, setsOf, unfinishedJobOf } from './state.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('./page.js').State} State
 * @typedef {import('../live/wire.js').JobView} JobView
 * @typedef {import('./api.js').QuestionSet} QuestionSet
 * @typedef {{kind: 'running' | 'ended', id: string, job: JobView, state: State}} JobRow
 * @typedef {{kind: 'set', id: string, set: QuestionSet}} SetRow
 * @typedef {JobRow | SetRow} Row
 */

/**
 * Create the section of an interview's history.
 *
 * @param {Page} page
 * @param {string} interviewId
 * @param {() => import('./api.js').Interview | null} interviewOf
 * @returns {import('./dom.js').Part<State>}
 */
export function createHistory(page, interviewId, interviewOf) {
  const { t } = page;
  const list = h('ul', { class: 'rows', role: 'list' });
  const notice = createSetsNotice(page, interviewId, t('history.empty'));
  const show = keyed(
    list,
    (/** @type {Row} */ row) => `${row.kind} ${row.id}`,
    (row) => createRow(page, row, interviewOf),
  );
  return {
    element: h(
      'section',
      { 'class': 'history', 'aria-labelledby': 'history-title' },
      h('h2', { id: 'history-title' }, t('history.title')),
      list,
      notice.element,
    ),
    update(state) {
      const rows = rowsOf(state, interviewId);
      show(rows);
      list.hidden = rows.length === 0;
      notice.update({ state, isEmpty: rows.length === 0 });
    },
  };
}

/**
 * @param {Page} page
 * @param {Row} row
 * @param {() => import('./api.js').Interview | null} interviewOf
 * @returns {import('./dom.js').Part<Row>}
 */
function createRow(page, row, interviewOf) {
  if (row.kind === 'set')
    return adapted(createQuestionSet(page, row.set, interviewOf), (next) => /** @type {SetRow} */ (next).set);
  if (row.kind === 'ended')
    return adapted(createEndedRow(page, row.job), (next) => /** @type {JobRow} */ (next).state);
  return adapted(createRunningRow(page, row.job), (next) => /** @type {JobRow} */ (next).job);
}

/**
 * Return the rows to show, in order.
 *
 * @param {State} state
 * @param {string} interviewId
 * @returns {Row[]}
 */
function rowsOf(state, interviewId) {
  const active = activeJobOf(state, interviewId);
  const unfinished = unfinishedJobOf(state, interviewId);
  /** @type {Row[]} */
  const rows = [];
  if (active?.type === 'question') rows.push({ kind: 'running', id: active.id, job: active, state });
  // An ended row is drawn once: a later view of the same job is another row.
  if (unfinished) rows.push({ kind: 'ended', id: `${unfinished.id} ${unfinished.position}`, job: unfinished, state });
  return [
    ...rows,
    ...setsOf(state, interviewId).map((set) => ({ kind: /** @type {const} */ ('set'), id: set.id, set })),
  ];
}

/**
 * @template T
 * @param {import('./dom.js').Part<T>} part
 * @param {(row: Row) => T} dataOf
 * @returns {import('./dom.js').Part<Row>}
 */
function adapted({ element, update }, dataOf) {
  return { element, update: (row) => update(dataOf(row)) };
}
