/**
 * The JSON forms of the protocol: views, events, frames in both directions, positions.
 * The only module that knows their spelling; what passes `parseFrame` is trusted by all others.
 */

/** @typedef {'queued' | 'processing' | 'completed' | 'failed' | 'cancelled'} Status */
/** @typedef {'technical' | 'behavioural' | 'situational' | 'experience' | 'culture_fit' | 'gaps'} Category */
/** @typedef {{index: number, text: string, category: Category, intent: string, follow_up: string}} Question */
/** @typedef {{index: number, value: string}} Draft */
/** @typedef {{questions: readonly Question[], text: Draft | null}} Partial */
/** @typedef {{stage: 'thinking' | 'writing' | 'saving', done: number, total: number}} Progress */
/** @typedef {{code: string, message: string, retryable: boolean}} JobError */
/** @typedef {{question_set_id: string, number: number, questions: readonly Question[]}} QuestionsResult */
/** @typedef {{text: string, key_points: readonly string[], avoid: readonly string[]}} Answer */
/** @typedef {Answer & {answer_id: string, question_id: string}} AnswerResult */

/**
 * What a viewer sees of a job (PROTOCOL.md, Job view). Times are RFC 3339 text in UTC.
 *
 * @typedef {object} JobView
 * @property {string} id
 * @property {string} interview_id
 * @property {string | null} question_id
 * @property {'question' | 'answer'} type
 * @property {Status} status
 * @property {string | null} comment
 * @property {string} position
 * @property {number} attempt
 * @property {Progress | null} progress
 * @property {Partial} partial
 * @property {QuestionsResult | AnswerResult | null} result
 * @property {JobError | null} error
 * @property {string | null} retry_at
 * @property {string} created_at
 * @property {string | null} started_at
 * @property {string | null} completed_at
 * @property {number} elapsed_seconds
 * @property {number | null} estimated_seconds
 */

/** @typedef {{job_id: string, position: string, at: string}} Place */
/** @typedef {Place & {type: 'job.queued' | 'job.restored', job: JobView}} WholeViewEvent */
/** @typedef {Place & {type: 'job.started', attempt: number, keeps?: number}} StartedEvent */
/** @typedef {Place & {type: 'job.progress'} & Progress} ProgressEvent */
/** @typedef {Place & {type: 'job.text', index: number, offset: number, text: string}} TextEvent */
/** @typedef {Place & {type: 'job.question', question: Question}} QuestionEvent */
/** @typedef {Place & {type: 'job.retrying', error: JobError, retry_at: string}} RetryingEvent */
/** @typedef {Place & {type: 'job.completed', result: QuestionsResult | AnswerResult}} CompletedEvent */
/** @typedef {Place & {type: 'job.failed', error: JobError}} FailedEvent */
/** @typedef {Place & {type: 'job.cancelled'}} CancelledEvent */
/** @typedef {StartedEvent | ProgressEvent | TextEvent | QuestionEvent | RetryingEvent} StepEvent */
/** @typedef {CompletedEvent | FailedEvent | CancelledEvent} EndEvent */
/** @typedef {WholeViewEvent | StepEvent | EndEvent} JobEvent */

/** @typedef {{type: 'welcome', session_id: string, user_id: string, at: string, heartbeat_seconds: number}} Welcome */
/** @typedef {{type: 'snapshot', at: string, complete: boolean, jobs: JobView[]}} Snapshot */
/** @typedef {{type: 'elapsed', at: string, jobs: Record<string, number>}} Elapsed */
/** @typedef {{type: 'heartbeat' | 'pong', at: string}} SignOfLife */
/** @typedef {{type: 'error', code: string, message: string}} ErrorFrame */
/** @typedef {{type: 'closing', code: number, retry_after_seconds: number}} Closing */
/** @typedef {Welcome | Snapshot | Elapsed | SignOfLife | ErrorFrame | Closing | JobEvent} ServerFrame */

export const SUBPROTOCOL = 'interview-live.v1';

// PROTOCOL.md, Client → server: a longer list is refused.
export const MAX_KNOWN = 50;

const PLACE = { job_id: 'string', position: 'string', at: 'string' };

/**
 * What a frame of each type must carry for the page not to stumble over it.
 *
 * @type {Readonly<Record<string, Readonly<Record<string, string>>>>}
 */
const REQUIRED = {
  'welcome': { user_id: 'string', at: 'string', heartbeat_seconds: 'number' },
  'snapshot': { at: 'string', complete: 'boolean', jobs: 'object' },
  'elapsed': { at: 'string', jobs: 'object' },
  'heartbeat': { at: 'string' },
  'pong': { at: 'string' },
  'error': { code: 'string' },
  'closing': { retry_after_seconds: 'number' },
  'job.queued': { ...PLACE, job: 'object' },
  'job.started': PLACE,
  'job.progress': { ...PLACE, stage: 'string', done: 'number', total: 'number' },
  'job.text': { ...PLACE, index: 'number', offset: 'number', text: 'string' },
  'job.question': { ...PLACE, question: 'object' },
  'job.retrying': { ...PLACE, error: 'object', retry_at: 'string' },
  'job.completed': { ...PLACE, result: 'object' },
  'job.failed': { ...PLACE, error: 'object' },
  'job.cancelled': PLACE,
  'job.restored': { ...PLACE, job: 'object' },
};

/**
 * Read one frame of the server; null for what this version does not know, which is to be ignored.
 *
 * @param {unknown} text
 * @returns {ServerFrame | null}
 */
export function parseFrame(text) {
  const value = typeof text === 'string' ? parsed(text) : null;
  if (!isObject(value) || typeof value.type !== 'string') return null;
  const required = Object.hasOwn(REQUIRED, value.type) ? REQUIRED[value.type] : undefined;
  if (!required) return null;
  const isWhole = Object.entries(required).every(([name, type]) => isOfType(value[name], type));
  return isWhole ? /** @type {ServerFrame} */ (/** @type {unknown} */ (value)) : null;
}

/**
 * Tell events of a job from the frames that speak of the connection.
 *
 * @param {ServerFrame} frame
 * @returns {frame is JobEvent}
 */
export function isJobEvent(frame) {
  return frame.type.startsWith('job.');
}

/**
 * Return the first frame of every connection; `known` are the jobs believed active, the last 50 count.
 *
 * @param {readonly string[]} known
 * @param {string | null} token null where a cookie says who this is
 * @returns {string}
 */
export function connectFrame(known, token) {
  return JSON.stringify({ type: 'connect', token: token || undefined, known: known.slice(-MAX_KNOWN) });
}

/**
 * Return the request for a fresh snapshot of one job.
 *
 * @param {string} jobId
 * @returns {string}
 */
export function syncFrame(jobId) {
  return JSON.stringify({ type: 'sync', job_id: jobId });
}

/** @returns {string} the probe that the server answers with `pong` */
export function pingFrame() {
  return JSON.stringify({ type: 'ping' });
}

/**
 * Return a number below, at or above zero as position `a` is before, at or after `b`.
 *
 * @param {string} a
 * @param {string} b
 * @returns {number}
 */
export function comparePositions(a, b) {
  const [attemptA, numberA] = halves(a);
  const [attemptB, numberB] = halves(b);
  return attemptA - attemptB || numberA - numberB;
}

/**
 * Tell whether nothing can lie between position `held` and `next`.
 *
 * @param {string} next
 * @param {string} held
 * @returns {boolean}
 */
export function follows(next, held) {
  const [attempt, number] = halves(next);
  const [heldAttempt, heldNumber] = halves(held);
  return attempt === heldAttempt ? number === heldNumber + 1 : attempt > heldAttempt && number === 1;
}

/**
 * Return the attempt that a position belongs to.
 *
 * @param {string} position
 * @returns {number}
 */
export function attemptOf(position) {
  return halves(position)[0];
}

/**
 * @param {string} position `<attempt>-<n>`
 * @returns {[number, number]}
 */
function halves(position) {
  const [attempt, number] = position.split('-');
  return [Number(attempt), Number(number)];
}

/**
 * @param {string} text
 * @returns {unknown}
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * @param {unknown} value
 * @param {string} type as `typeof` names it
 * @returns {boolean}
 */
function isOfType(value, type) {
  return typeof value === type && value !== null;
}
