/** The answer to one question: asked for, being written, there, or ended without one. */

import { createAnswerForm } from './answer-form.js';
import { createAnswerText } from './answer-text.js';
import { h, setText } from './dom.js';
import { explain } from './i18n.js';
import { createRunningHead } from './running-head.js';
import { answerJobOf, answerOf, unfinishedAnswerOf } from './state.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('../live/index.js').JobView} JobView
 * @typedef {import('./api.js').StoredQuestion} StoredQuestion
 * @typedef {import('../live/wire.js').Question} Question
 */

/**
 * A question gets its id, and can be answered, when its set is finished and listed. A long history has hundreds of
 * answers: each is drawn when its question is opened for the first time, and kept up to date while that is open.
 *
 * @param {Page} page
 * @param {HTMLDetailsElement} details of the question
 * @returns {(question: StoredQuestion | Question) => void}
 */
export function createOnceOpened(page, details) {
  /** @type {ReturnType<typeof createAnswer> | null} */
  let answer = null;
  /** @type {StoredQuestion | Question | null} */
  let shown = null;

  function show() {
    if (!details.open || !shown || !('id' in shown)) return;
    if (!answer) details.append((answer = createAnswer(page, shown.id)).element);
    answer.update(shown);
  }

  details.addEventListener('toggle', show);
  return (question) => {
    shown = question;
    show();
  };
}

/**
 * Create the part of an opened question that holds its answer.
 *
 * @param {Page} page
 * @param {string} questionId
 * @returns {import('./dom.js').Part<StoredQuestion>}
 */
function createAnswer(page, questionId) {
  const running = createRunning(page);
  const ended = createEnded(page);
  const text = createAnswerText(page);
  const form = createAnswerForm(page, questionId);
  const title = h('h4', { class: 'answer-title' }, page.t('answer.title'));
  return {
    element: h(
      'section',
      { 'class': 'answer', 'data-testid': 'answer' },
      title,
      running.element,
      ended.element,
      text.element,
      form.element,
    ),
    update(question) {
      const state = page.state();
      const job = answerJobOf(state, questionId);
      const answer = answerOf(state, question);
      const isBusy = state.isStarting || state.live.active !== null;
      running.update(job?.completed_at === null ? job : null);
      ended.update({ job: unfinishedAnswerOf(state, questionId), isBusy });
      text.update(answer);
      form.update({ hasAnswer: answer !== null, isBusy, job });
    },
  };
}

/**
 * The answer as it is written: how long it has taken, the text so far, and how to stop it.
 *
 * @param {Page} page
 * @returns {import('./dom.js').Part<JobView | null>}
 */
function createRunning(page) {
  const head = createRunningHead(page, h('p', { 'class': 'answer-elapsed', 'data-testid': 'answer-elapsed' }));
  const words = h('span');
  // Screen readers are told that it runs and that it is there; letters as they come would be noise.
  const draft = h('p', { 'class': 'answer-text', 'aria-hidden': 'true' }, words, h('span', { class: 'caret' }));
  const element = h('div', { 'class': 'answer-running', 'data-testid': 'answer-running' }, head.element, draft);
  return {
    element,
    update(job) {
      element.hidden = job === null;
      head.update(job);
      setText(words, job?.partial.text?.value ?? '');
      draft.hidden = !job?.partial.text;
    },
  };
}

/**
 * Why there is no new answer, with what was written of it, and how to try again or leave it at that.
 *
 * @param {Page} page
 * @returns {import('./dom.js').Part<{job: JobView | null, isBusy: boolean}>}
 */
function createEnded({ t, actions }) {
  const reason = h('p', { class: 'row-words' });
  const words = h('p', { class: 'answer-text muted' });
  let jobId = '';
  const again = { type: 'button', class: 'button', onclick: () => actions.retry(jobId) };
  const away = { type: 'button', class: 'button button-quiet', onclick: () => actions.dismiss(jobId) };
  const retry = h('button', again, t('ended.retry'));
  const buttons = h('div', { class: 'row-actions' }, h('button', away, t('ended.dismiss')), retry);
  const head = h('div', { class: 'row-head' }, reason, buttons);
  const element = h('div', { 'class': 'answer-ended', 'data-testid': 'answer-ended' }, head, words);
  return {
    element,
    update({ job, isBusy }) {
      element.hidden = job === null;
      retry.disabled = isBusy;
      retry.title = isBusy ? t('generate.why_disabled') : '';
      if (!job) return;
      jobId = job.id;
      const end = t(job.status === 'failed' ? 'answer.failed' : 'ended.cancelled');
      setText(reason, job.error ? `${end} ${explain(t, job.error.code)}` : end);
      setText(words, job.partial.text?.value ?? '');
      words.hidden = !job.partial.text;
    },
  };
}
