/**
 * The record that was last looked at, for each list by its path: coming back, the list shows that row again
 * and gives it the focus.
 */
const last = new Map<string, string>();

export const rememberPlace = (path: string, id: string): void => {
  last.set(path, id);
};
/** Once: whoever comes by another way starts at the top. */
export function takePlace(path: string): string | undefined {
  const id = last.get(path);
  last.delete(path);
  return id;
}
