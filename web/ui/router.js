/** Addresses of the page and back: the History API, no hash, no reload. */

/**
 * `tab`: which part of an interview is in front.
 *
 * @typedef {{name: 'interviews' | 'new' | 'missing'} | {name: 'interview', id: string, tab: 'questions' | 'answers'}
 *   | {name: 'edit', id: string}} Route
 */

const INTERVIEW = /^\/interviews\/([0-9a-f-]{36})(\/edit|\/answers)?\/?$/;

/**
 * Return the place that an address names.
 *
 * @param {string} path
 * @returns {Route}
 */
export function routeOf(path) {
  if (path === '/') return { name: 'interviews' };
  if (path === '/interviews/new') return { name: 'new' };
  const [, id, part] = INTERVIEW.exec(path) ?? [];
  if (!id) return { name: 'missing' };
  if (part === '/edit') return { name: 'edit', id };
  return { name: 'interview', id, tab: part ? 'answers' : 'questions' };
}

/**
 * Return the address of a place.
 *
 * @param {Route} route
 * @returns {string}
 */
export function pathOf(route) {
  if (route.name === 'new') return '/interviews/new';
  if (route.name === 'interview') return `/interviews/${route.id}${route.tab === 'answers' ? '/answers' : ''}`;
  if (route.name === 'edit') return `/interviews/${route.id}/edit`;
  return '/';
}

/**
 * Follow links and the back button; returns how to go somewhere by program.
 *
 * @param {(route: Route, isBack: boolean) => void} onRoute `isBack`: by Back or Forward, as the browser sees it
 * @returns {(route: Route, options?: {isReplacing?: boolean}) => void}
 */
export function startRouter(onRoute) {
  const show = (isBack = false) => onRoute(routeOf(location.pathname), isBack);
  addEventListener('popstate', () => show(true));
  document.addEventListener('click', (event) => {
    const link = ownLink(event);
    if (!link) return;
    event.preventDefault();
    if (link.pathname !== location.pathname) history.pushState(null, '', link.pathname);
    show();
  });
  return (route, { isReplacing = false } = {}) => {
    history[isReplacing ? 'replaceState' : 'pushState'](null, '', pathOf(route));
    show();
  };
}

/**
 * Return the link of a plain click on a place of this page; anything else is the browser's business.
 *
 * @param {MouseEvent} event
 * @returns {HTMLAnchorElement | null}
 */
function ownLink(event) {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!isPlain || event.defaultPrevented || !link || link.origin !== location.origin) return null;
  const isPlace = !link.target && !link.hasAttribute('download') && link.getAttribute('href')?.startsWith('/');
  return isPlace ? link : null;
}
