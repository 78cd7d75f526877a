import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
} from '@tanstack/react-router';
import { parseListSearch, parseSearch, stringifySearch } from '@/lib/listSearch';
import { NotFound, RouteFailure } from './fallbacks';
import { Root } from './Root';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: RouteFailure,
  validateSearch: parseListSearch,
});

const page = <P extends string>(path: P, load: Parameters<typeof lazyRouteComponent>[0], name: string) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, name) });

const routes = [
  page('/', () => import('./Home'), 'Home'),
  page('/dashboard', () => import('@/features/dashboard/DashboardPage'), 'DashboardPage'),
  page('/activities', () => import('@/features/activities/ActivitiesPage'), 'ActivitiesPage'),
  page('/clients', () => import('@/features/clients/ClientsPage'), 'ClientsPage'),
  page('/clients/$id', () => import('@/features/clients/ClientPage'), 'ClientPage'),
  page('/contacts', () => import('@/features/contacts/ContactsPage'), 'ContactsPage'),
  page('/contacts/$id', () => import('@/features/contacts/ContactPage'), 'ContactPage'),
  page('/deals', () => import('@/features/deals/DealsPage'), 'DealsPage'),
  page('/deals/$id', () => import('@/features/deals/DealPage'), 'DealPage'),
  page('/opportunities', () => import('@/features/deals/DealsPage'), 'OpportunitiesPage'),
  page('/opportunities/$id', () => import('@/features/deals/DealPage'), 'OpportunityPage'),
  page('/documents', () => import('@/features/documents/QueuePage'), 'QueuePage'),
  page('/duplicates', () => import('@/features/duplicates/QueuePage'), 'DuplicatesPage'),
  page('/imports', () => import('@/features/imports/ImportsPage'), 'ImportsPage'),
  page('/imports/new', () => import('@/features/imports/ImportsPage'), 'NewImportPage'),
  page('/imports/$id', () => import('@/features/imports/ImportPage'), 'ImportPage'),
  page('/leads', () => import('@/features/leads/LeadsPage'), 'LeadsPage'),
  page('/leads/$id', () => import('@/features/leads/LeadPage'), 'LeadPage'),
  createRoute({
    getParentRoute: () => root,
    path: '/overview',
    component: () => <Navigate to={'/overview/teams' as never} replace />,
  }),
  page('/overview/teams', () => import('@/features/overview/TeamsPage'), 'TeamsOverviewPage'),
  page('/overview/agents', () => import('@/features/overview/AgentsPage'), 'AgentsOverviewPage'),
  page('/partners', () => import('@/features/partners/PartnersPage'), 'PartnersPage'),
  page('/exports', () => import('@/features/exports/ExportsPage'), 'ExportsPage'),
  page('/reports', () => import('@/features/reports/ReportsPage'), 'ReportsPage'),
  page('/settings/users', () => import('@/features/settings/users/UsersPage'), 'UsersPage'),
  page('/settings/users/$userId', () => import('@/features/settings/users/UserPage'), 'UserPage'),
  page('/settings/teams', () => import('@/features/settings/teams/TeamsPage'), 'TeamsPage'),
  page('/settings/api-keys', () => import('@/features/settings/apikeys/ApiKeysPage'), 'ApiKeysPage'),
  page('/settings/console', () => import('@/features/settings/console/ConsolePage'), 'ConsolePage'),
  page('/account', () => import('@/features/account/AccountPage'), 'AccountPage'),
  page('/settings/roles', () => import('@/features/settings/roles/RolesPage'), 'RolesPage'),
  page('/settings/roles/new', () => import('@/features/settings/roles/NewRolePage'), 'NewRolePage'),
  page('/settings/roles/$roleId', () => import('@/features/settings/roles/RoleEditorPage'), 'RoleEditorPage'),
  page(
    '/settings/access-check',
    () => import('@/features/settings/roles/AccessCheckPage'),
    'AccessCheckPage',
  ),
  page('/settings/general', () => import('@/features/settings/general/GeneralPage'), 'GeneralPage'),
  page('/settings/security', () => import('@/features/settings/security/SecurityPage'), 'SecurityPage'),
  page('/settings/branding', () => import('@/features/settings/branding/BrandingPage'), 'BrandingPage'),
  page('/settings/statuses', () => import('@/features/settings/statuses/StatusesPage'), 'StatusesPage'),
  page(
    '/settings/assignment',
    () => import('@/features/settings/assignment/AssignmentPage'),
    'AssignmentPage',
  ),
  page(
    '/settings/custom-fields',
    () => import('@/features/settings/customfields/CustomFieldsPage'),
    'CustomFieldsPage',
  ),
  page(
    '/settings/document-types',
    () => import('@/features/settings/documenttypes/DocumentTypesPage'),
    'DocumentTypesPage',
  ),
  page(
    '/settings/registration',
    () => import('@/features/settings/registration/RegistrationPage'),
    'RegistrationPage',
  ),
  page('/settings/pipelines', () => import('@/features/settings/pipelines/PipelinesPage'), 'PipelinesPage'),
  page('/settings/exchange-rates', () => import('@/features/settings/rates/RatesPage'), 'RatesPage'),
  page('/settings/tags', () => import('@/features/settings/tagging/TagsPage'), 'TagsPage'),
  page('/settings/audit', () => import('@/features/settings/audit/AuditPage'), 'AuditPage'),
  page('/settings/jobs', () => import('@/features/settings/jobs/JobsPage'), 'JobsPage'),
];

export function createStaffRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: root.addChildren(routes),
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPreloadDelay: 80,
    scrollRestoration: false,
  });
}
