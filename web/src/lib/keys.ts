/** Single-letter shortcuts are off while typing, while a dialog is open, and when the person switched them off. */
const STORE = 'brokerdesk.shortcuts';

export const shortcutsOn = (): boolean => localStorage.getItem(STORE) !== 'off';
export const setShortcuts = (on: boolean): void => localStorage.setItem(STORE, on ? 'on' : 'off');

export function isTyping(target: EventTarget | null): boolean {
  const el = target as HTMLElement | null;
  if (!el?.tagName) return false;
  if (el.isContentEditable || el.tagName === 'TEXTAREA' || el.tagName === 'SELECT') return true;
  if (el.tagName !== 'INPUT') return false;
  return !['checkbox', 'radio', 'button', 'submit', 'range'].includes((el as HTMLInputElement).type);
}

/** A closed list of choices stays in the page, out of sight. */
const isShown = (el: Element): boolean => el.checkVisibility?.() ?? true;

export function shortcutAllowed(e: KeyboardEvent): boolean {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return false;
  if (!shortcutsOn() || isTyping(e.target)) return false;
  return ![...document.querySelectorAll('[role="dialog"],[role="menu"],[role="listbox"]')].some(isShown);
}
