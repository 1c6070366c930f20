/** Shows the screen that the state asks for, inside the frame: one at a time, made anew for each place. */

import { fill, h } from './dom.js';
import { keepFocus } from './focus.js';
import { createFrame } from './frame.js';
import { createInterviewEditScreen, createNewInterviewScreen } from './screens/interview-form.js';
import { createInterviewScreen } from './screens/interview.js';
import { createInterviewsScreen } from './screens/interviews.js';
import { createMissingScreen, createWaitingScreen } from './screens/message.js';
import { createSignInScreen } from './screens/sign-in.js';
import { progressOf } from './state.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('./page.js').Screen} Screen
 * @typedef {import('./page.js').State} State
 */

/**
 * Create the shell for one language.
 *
 * @param {Element} root whose content it replaces
 * @param {Page} page
 * @param {(language: import('./i18n.js').Language) => void} onLanguage
 */
export function createShell(root, page, onLanguage) {
  const main = h('main', { id: 'main', class: 'main', tabindex: -1 });
  const frame = createFrame(page, main, onLanguage);
  /** @type {Screen | null} */
  let screen = null;
  let place = '';
  document.documentElement.lang = page.language;
  const hadFocus = root.contains(document.activeElement);
  fill(root, ...frame.elements);
  // The language was chosen in the frame that is replaced.
  if (hadFocus) frame.focusLanguage();
  keepFocus(main);

  /** @param {State} state */
  function update(state) {
    frame.update(state);
    const next = placeOf(state);
    if (next === place) screen?.update(state);
    else show(next, state);
    document.title = titleOf(page.t, screen?.titleOf(state) ?? '', state.live.active);
  }

  /**
   * @param {string} next
   * @param {State} state
   */
  function show(next, state) {
    const isFirst = place === '' || place.startsWith('waiting');
    place = next;
    screen = screenOf(page, state);
    screen.load?.();
    screen.update(state);
    // Blended into the one before, the newest screen comes a frame later than the state.
    const appear = () => enter(main, screen);
    // After Back and Forward the browser scrolls to what was in sight: it has to be there at once.
    if (isFirst) fill(main, screen.element);
    else if (state.isBack) appear();
    else blend(appear);
  }

  return { update, refresh: () => screen?.load?.() };
}

/**
 * Put a screen on the page; of two quick changes, the first to be carried out brings the newest.
 *
 * @param {HTMLElement} main
 * @param {Screen | null} screen
 */
function enter(main, screen) {
  if (!screen || screen.element.isConnected) return;
  fill(main, screen.element);
  scrollTo(0, 0);
  // A screen reader begins to read at the new heading, as it would after loading a page.
  main.querySelector('h1')?.focus({ preventScroll: true });
}

/**
 * Carry out a change of the page as a transition from what is seen before to what is seen after it, where there is one.
 *
 * @param {() => void} change
 */
function blend(change) {
  const isUnwanted = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (isUnwanted || !('startViewTransition' in document)) return change();
  // One that is cut short by the next, or that nobody sees, has changed the page all the same.
  document.startViewTransition(change).ready.catch(() => {});
}

/**
 * Return a name for what is to be shown: a new screen is made when it changes.
 *
 * @param {State} state
 * @returns {string}
 */
function placeOf({ session, sessionProblem, route }) {
  if (session === undefined) return `waiting ${sessionProblem ?? ''}`;
  if (session === null) return 'sign-in';
  return [session.user_id, route.name, 'id' in route ? route.id : ''].join(' ');
}

/**
 * Return the title of the window, with the progress first, to be read on a narrow tab.
 *
 * @param {Page['t']} t
 * @param {string} title of the screen
 * @param {import('../live/index.js').JobView | null} active
 * @returns {string}
 */
function titleOf(t, title, active) {
  const page = t('title.page', { title });
  if (active?.type === 'answer') return t('title.answering', { title: page });
  const progress = active && progressOf(active);
  return progress ? t('title.running', { ...progress, title: page }) : page;
}

/**
 * @param {Page} page
 * @param {State} state
 * @returns {Screen}
 */
function screenOf(page, { session, sessionProblem, route }) {
  if (session === undefined) return createWaitingScreen(page, sessionProblem);
  if (session === null) return createSignInScreen(page);
  switch (route.name) {
    case 'interviews':
      return createInterviewsScreen(page);
    case 'new':
      return createNewInterviewScreen(page);
    case 'edit':
      return createInterviewEditScreen(page, route.id);
    case 'interview':
      return createInterviewScreen(page, route.id);
    case 'missing':
      return createMissingScreen(page);
  }
}
