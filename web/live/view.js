/**
 * The fold: view = fold(log). The mirror of server/domain/fold.py, held equal by tests/vectors/fold.json.
 * Pure: a view is never changed, a new one is returned.
 */

import { attemptOf, comparePositions, follows } from './wire.js';

/**
 * @typedef {import('./wire.js').JobView} JobView
 * @typedef {import('./wire.js').JobEvent} JobEvent
 * @typedef {import('./wire.js').WholeViewEvent} WholeViewEvent
 * @typedef {import('./wire.js').StepEvent} StepEvent
 * @typedef {import('./wire.js').EndEvent} EndEvent
 * @typedef {import('./wire.js').Question} Question
 * @typedef {'applied' | 'old' | 'gap'} Verdict
 */

/**
 * Return the view after `event`, and whether it was applied, old, or beyond a gap (PROTOCOL.md, The fold rule).
 *
 * @param {JobView | null} view
 * @param {JobEvent} event
 * @returns {{view: JobView | null, verdict: Verdict}}
 */
export function fold(view, event) {
  if (isWholeView(event)) {
    const isNew = view === null || comparePositions(event.position, view.position) > 0;
    return isNew ? { view: placed(event.job, event), verdict: 'applied' } : { view, verdict: 'old' };
  }
  if (view === null) return { view, verdict: 'gap' };
  if (comparePositions(event.position, view.position) <= 0 || !isActive(view)) return { view, verdict: 'old' };
  if (!follows(event.position, view.position)) return { view, verdict: 'gap' };
  return { view: placed(applied(view, event), event), verdict: 'applied' };
}

/**
 * Return the view to keep: the given one replaces the one held unless its position is older.
 *
 * @param {JobView | null | undefined} held
 * @param {JobView} given
 * @returns {JobView}
 */
export function newer(held, given) {
  return held && comparePositions(given.position, held.position) < 0 ? held : given;
}

/**
 * Tell whether something may still happen to the job.
 *
 * @param {JobView} view
 * @returns {boolean}
 */
export function isActive(view) {
  return view.status === 'queued' || view.status === 'processing';
}

/**
 * @param {JobEvent} event
 * @returns {event is WholeViewEvent}
 */
function isWholeView(event) {
  return event.type === 'job.queued' || event.type === 'job.restored';
}

/**
 * @param {JobView} view
 * @param {JobEvent} event
 * @returns {JobView}
 */
function placed(view, event) {
  return { ...view, position: event.position, attempt: attemptOf(event.position) };
}

/**
 * @param {JobView} view
 * @param {StepEvent | EndEvent} event
 * @returns {JobView}
 */
function applied(view, event) {
  switch (event.type) {
    case 'job.started':
      return started(view, event);
    case 'job.progress':
      return { ...view, progress: { stage: event.stage, done: event.done, total: event.total } };
    case 'job.text':
      return withText(view, event);
    case 'job.question':
      return withQuestion(view, event.question);
    case 'job.retrying':
      return { ...view, status: 'queued', retry_at: event.retry_at };
    case 'job.completed':
      return ended({ ...view, status: 'completed', result: event.result }, event);
    case 'job.failed':
      return ended({ ...view, status: 'failed', error: event.error }, event);
    case 'job.cancelled':
      return ended({ ...view, status: 'cancelled' }, event);
  }
}

/**
 * @param {JobView} view
 * @param {import('./wire.js').StartedEvent} event
 * @returns {JobView}
 */
function started(view, event) {
  const keeps = event.keeps ?? 0;
  const questions = view.partial.questions.filter((question) => question.index < keeps);
  return {
    ...view,
    status: 'processing',
    started_at: event.at,
    retry_at: null,
    progress: null,
    partial: { questions, text: null },
  };
}

/**
 * @param {JobView} view
 * @param {import('./wire.js').TextEvent} event
 * @returns {JobView}
 */
function withText(view, event) {
  const { text } = view.partial;
  const written = text?.index === event.index ? text.value : '';
  const value = written.slice(0, event.offset) + event.text;
  return { ...view, partial: { ...view.partial, text: { index: event.index, value } } };
}

/**
 * @param {JobView} view
 * @param {Question} question
 * @returns {JobView}
 */
function withQuestion(view, question) {
  const others = view.partial.questions.filter((other) => other.index !== question.index);
  const questions = [...others, question].sort((a, b) => a.index - b.index);
  const text = view.partial.text?.index === question.index ? null : view.partial.text;
  return { ...view, partial: { questions, text } };
}

/**
 * @param {JobView} view
 * @param {EndEvent} event
 * @returns {JobView}
 */
function ended(view, event) {
  // The clocks of two machines may disagree by a little; time spent is never below zero.
  const milliseconds = Math.max(0, Date.parse(event.at) - Date.parse(view.created_at));
  return { ...view, completed_at: event.at, retry_at: null, elapsed_seconds: milliseconds / 1000 };
}
