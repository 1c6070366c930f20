/** The place of a reader without a mouse: when what has the focus is disabled, hidden or gone, something near has it. */

// What one knows to be in, of which the heading is read first; a form is read by its own name.
const PLACES = 'form, li, ol, ul, section, main';
const READ_FIRST = 'h1, h2, h3, h4, summary';

/**
 * Watch over the focus in `main`: what is near takes it over, and gives it back to what can have it again.
 *
 * @param {HTMLElement} main
 */
export function keepFocus(main) {
  /** @type {Element | null} */
  let focused = null;
  /** @type {HTMLElement[]} what was around it, from the inside out: what has been removed has nothing around it */
  let around = [];
  /** @type {HTMLElement | null} whose place `focused` has taken */
  let owner = null;

  function keep() {
    if (owner && canHold(owner)) return owner.focus({ preventScroll: true });
    if (!focused || canHold(focused)) return;
    const lost = owner ?? focused;
    takeOver(around);
    owner = /** @type {HTMLElement} */ (lost);
  }

  main.addEventListener('focusin', ({ target }) => {
    focused = /** @type {HTMLElement} */ (target);
    around = ancestorsOf(focused, main);
    owner = null;
  });
  // Whoever leaves on purpose is not called back; what was removed or disabled has not left on purpose.
  main.addEventListener('focusout', () =>
    queueMicrotask(() => {
      if (focused && focused !== document.activeElement && canHold(focused)) focused = owner = null;
    }),
  );
  const changes = { subtree: true, childList: true, attributeFilter: ['disabled', 'hidden'] };
  new MutationObserver(keep).observe(main, changes);
}

/** @param {readonly HTMLElement[]} around */
function takeOver(around) {
  for (const each of around.filter((each) => each.matches(PLACES) && canHold(each))) {
    const place = each.matches('form') ? each : [...each.querySelectorAll(READ_FIRST)].find(canHold);
    if (!(place instanceof HTMLElement)) continue;
    // A stop of the Tab key stays one; what is only read does not become one.
    if (place.tabIndex < 0) place.tabIndex = -1;
    return place.focus({ preventScroll: true });
  }
}

/**
 * @param {Element} element
 * @returns {boolean}
 */
function canHold(element) {
  return element.isConnected && element.checkVisibility() && !element.matches(':disabled');
}

/**
 * @param {Element} element
 * @param {HTMLElement} main
 * @returns {HTMLElement[]} its ancestors up to `main`
 */
function ancestorsOf(element, main) {
  const parent = element.parentElement;
  return parent && main.contains(parent) ? [parent, ...ancestorsOf(parent, main)] : [];
}
