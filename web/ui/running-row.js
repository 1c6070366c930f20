/** The row of a running generation: how long, how far, what is written so far, and how to stop it. */

import { h, keyed, setText } from './dom.js';
import { createQuestionItem } from './question-item.js';
import { runningNote } from './running-note.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('../live/wire.js').JobView} JobView
 * @typedef {import('../live/wire.js').Question} Question
 */

/**
 * Create the row.
 *
 * @param {Page} page
 * @param {JobView} job
 * @returns {import('./dom.js').Part<JobView>}
 */
export function createRunningRow(page, job) {
  const { t } = page;
  const title = h('h3', { 'class': 'row-title', 'data-testid': 'elapsed' });
  const note = h('p', { class: 'row-note muted' });
  const progress = createProgress(page);
  const written = createWritten(page, job.id);
  const cancel = h('button', { type: 'button', class: 'button', onclick: () => stop() }, t('running.cancel'));
  const element = h(
    'li',
    { 'class': 'row row-running', 'data-testid': 'loading-row' },
    h(
      'div',
      { class: 'row-head' },
      h('span', { 'class': 'spinner', 'aria-hidden': 'true' }),
      h('div', { class: 'row-words' }, title, note),
      h('div', { class: 'row-actions' }, progress.element, cancel),
    ),
    job.comment && h('p', { class: 'row-comment muted' }, t('running.comment', { comment: job.comment })),
    written.element,
  );
  let shown = job;
  // Questions that somebody saw being written stay in view when they are a set.
  page.drafts.open.set(job.id, true);

  async function stop() {
    cancel.disabled = true;
    await page.actions.cancel(shown.id);
    cancel.disabled = false;
  }

  function tick() {
    const seconds = page.live.elapsedSeconds(shown);
    setText(title, t('running.title', { elapsed: page.format.elapsed(seconds) }));
    setText(note, runningNote(t, page.format, shown, seconds, page.live.serverNow()));
  }

  page.ticker.add(element, tick);
  return {
    element,
    update(next) {
      shown = next;
      tick();
      progress.update(next);
      written.update(next);
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
    update({ progress, partial }) {
      const total = progress?.total ?? 0;
      const done = Math.max(progress?.done ?? 0, partial.questions.length);
      setText(count, total ? t('running.progress', { done, total }) : '');
      bar.setAttribute('aria-label', t(total ? 'running.progress.label' : 'running.note', { done, total }));
      if (total) [bar.max, bar.value] = [total, done];
      else bar.removeAttribute('value');
    },
  };
}

/**
 * The finished questions, and the one being written with a caret at its end.
 *
 * @param {Page} page
 * @param {string} jobId
 * @returns {import('./dom.js').Part<JobView>}
 */
function createWritten(page, jobId) {
  const list = h('ol', { class: 'questions', role: 'list' });
  const words = h('span', { class: 'question-text' });
  // Screen readers get whole questions; letters as they come would be noise.
  const caret = h('span', { class: 'caret' });
  const draft = h('p', { 'class': 'question-draft', 'aria-hidden': 'true' }, words, caret);
  /** @param {Question} question */
  const create = (question) => createQuestionItem(page, jobId, question);
  const show = keyed(list, (/** @type {Question} */ question) => String(question.index), create);
  return {
    element: h('div', { class: 'row-body' }, list, draft),
    update({ status, partial }) {
      show(partial.questions);
      setText(words, partial.text?.value ?? '');
      draft.hidden = !partial.text;
      // Nobody writes while a retry waits.
      caret.hidden = status === 'queued';
      draft.dataset.number = String((partial.text?.index ?? 0) + 1);
      list.hidden = partial.questions.length === 0;
    },
  };
}
