// Which modules travel together. A browser asks for six files at a time, so that small ones which pages share are one.

type Modules = {
  getModuleInfo(id: string): { isEntry: boolean; importers: string[]; dynamicImporters: string[] } | null;
};

/** Pages that are open before somebody has signed in, or to nobody of the staff. */
const BEFORE_THE_DESK =
  /[\\/]src[\\/](platform|public)[\\/]|[\\/]features[\\/](accept|auth|owner|publicform|register|signup)[\\/]/;

/** Whether a page before the desk may need a module: going up from it to whatever is opened by itself leads to one. */
function isBefore(id: string, modules: Modules): boolean {
  const seen = new Set<string>();
  const leads = (at: string): boolean => {
    if (seen.has(at)) return false;
    seen.add(at);
    const info = modules.getModuleInfo(at);
    const opened = info?.isEntry || info?.dynamicImporters.length;
    return (opened && BEFORE_THE_DESK.test(at)) || (info?.importers ?? []).some(leads);
  };
  return leads(id);
}

/** What a file of one of these names is called: by its kind, not by all pages that share it. */
export const kind = (name: string) => name.replace(/[~.].*$/, '');

export const GROUPS = [
  { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 30 },
  {
    name: 'tanstack',
    test: /node_modules[\\/]@tanstack[\\/](?!react-table|table-core|react-virtual|virtual-core)/,
    priority: 20,
  },
  { name: 'i18n', test: /node_modules[\\/](i18next|react-i18next)[\\/]/, priority: 20 },
  { name: 'locale-ar', test: /i18n[\\/]ar\.json/, priority: 40 },
  {
    name: 'texts',
    test: /features[\\/](clients|contacts|deals|documents|duplicates|leads|partners|dashboard|overview|settings|account|exports|imports|activities|notes|attachments|notifications|reports)[\\/].*en\.json|components[\\/](bulk|custom|explain|export|list[\\/]desk|reorder|reveal|tags)[\\/]i18n[\\/]en\.json/,
    priority: 40,
  },
  // what a page begins with, by the pages that begin with it
  { name: 'first', tags: ['$initial' as const], priority: 10, entriesAware: true },
  // the parts that the library brings
  {
    name: 'widgets',
    test: /node_modules[\\/](@mantine|@tabler|@floating-ui)[\\/]/,
    minShareCount: 3,
    priority: 8,
  },
  // what the desk has in common with pages before it stays as small as it is: they must not wait for the desk
  {
    name: (id: string, modules: Modules) => (isBefore(id, modules) ? 'parts' : null),
    minShareCount: 2,
    priority: 6,
    entriesAware: true,
  },
  // what only pages of the desk share
  {
    name: (id: string, modules: Modules) => (isBefore(id, modules) ? null : 'desk'),
    minShareCount: 3,
    priority: 5,
  },
];
