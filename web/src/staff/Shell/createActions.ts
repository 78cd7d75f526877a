export type CreateAction = { to: string; key: string };
const ALL: (CreateAction & { needs: string | string[] })[] = [
  { to: '/leads', key: 'lead', needs: 'leads.create' },
  { to: '/clients', key: 'client', needs: 'clients.create' },
  { to: '/activities', key: 'task', needs: 'activities.create' },
  { to: '/contacts', key: 'contact', needs: 'contacts.create' },
  { to: '/opportunities', key: 'opportunity', needs: 'opportunities.create' },
  { to: '/deals', key: 'deal', needs: 'deals.create' },
  { to: '/partners', key: 'partner', needs: 'partners.manage' },
  {
    to: '/imports',
    key: 'import',
    needs: ['clients.import', 'leads.import', 'contacts.import', 'deals.import', 'activities.import'],
  },
  { to: '/settings/users', key: 'user', needs: 'users.manage' },
  { to: '/settings/teams', key: 'team', needs: 'teams.manage' },
  { to: '/settings/roles', key: 'role', needs: 'roles.manage' },
  { to: '/settings/api-keys', key: 'apiKey', needs: 'api_keys.manage' },
];

/** What this person may create. The page on screen decides which one "C" means; leads come first elsewhere. */
export const createActions = (can: (key: string) => boolean): CreateAction[] =>
  ALL.filter((a) => [a.needs].flat().some(can));
