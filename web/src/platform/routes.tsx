import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { NotFound, PageFailed } from './Fallbacks';
import { PublicShell } from './PublicShell';

const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: PageFailed });

const open = createRoute({ getParentRoute: () => root, id: 'open', component: PublicShell });
const signup = lazyRouteComponent(() => import('@/features/signup/SignupPage'), 'SignupPage');
const home = createRoute({ getParentRoute: () => open, path: '/', component: signup });
const signUp = createRoute({ getParentRoute: () => open, path: '/signup', component: signup });
const verify = createRoute({
  getParentRoute: () => open,
  path: '/verify',
  component: lazyRouteComponent(() => import('@/features/signup/VerifyPage'), 'VerifyPage'),
});

const ownerLogin = createRoute({
  getParentRoute: () => root,
  path: '/owner/login',
  component: lazyRouteComponent(() => import('@/features/owner/LoginPage'), 'LoginPage'),
});
const owner = createRoute({
  getParentRoute: () => root,
  path: '/owner',
  component: lazyRouteComponent(() => import('./OwnerShell'), 'OwnerShell'),
});
const ownerHome = createRoute({
  getParentRoute: () => owner,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/owner/tenants', replace: true } as never);
  },
});
const tenants = createRoute({
  getParentRoute: () => owner,
  path: '/tenants',
  component: lazyRouteComponent(() => import('@/features/owner/TenantsPage'), 'TenantsPage'),
});
const tenant = createRoute({
  getParentRoute: () => owner,
  path: '/tenants/$slug',
  component: lazyRouteComponent(() => import('@/features/owner/TenantPage'), 'TenantPage'),
});
const provisionings = createRoute({
  getParentRoute: () => owner,
  path: '/provisionings',
  component: lazyRouteComponent(() => import('@/features/owner/ProvisioningsPage'), 'ProvisioningsPage'),
});

export const platformRouter = createRouter({
  routeTree: root.addChildren([
    open.addChildren([home, signUp, verify]),
    ownerLogin,
    owner.addChildren([ownerHome, tenants, tenant, provisionings]),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});
