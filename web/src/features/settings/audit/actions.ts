/** The words of the log, by area. What is not here still appears, as it comes up. */
export const ACTIONS: Record<string, readonly string[]> = {
  session: ['session.created', 'session.failed', 'session.locked', 'session.ended', 'session.reuse_detected'],
  two_factor: [
    'two_factor.enabled',
    'two_factor.disabled',
    'two_factor.reset',
    'two_factor.recovery_code_used',
    'two_factor.recovery_codes_renewed',
  ],
  client: [
    'client.created',
    'client.updated',
    'client.deleted',
    'client.restored',
    'client.revealed',
    'client.registered',
    'client.registration_repeated',
    'client.bulk_updated',
    'client.merged',
    'client.merged_away',
    'client.split',
    'client.split_off',
  ],
  lead: ['lead.created', 'lead.updated', 'lead.converted', 'lead.revealed', 'lead.bulk_updated'],
  duplicate: ['duplicate.dismissed', 'duplicate.reopened'],
  reveal: ['reveal.refused', 'reveal.unusual'],
  partner: ['partner.created', 'partner.updated'],
  user: [
    'user.created',
    'user.updated',
    'user.invited',
    'user.deactivated',
    'user.password_changed',
    'user.password_reset',
    'user.records_reassigned',
  ],
  team: ['team.created', 'team.updated'],
  role: ['role.created', 'role.updated', 'role.deleted'],
  api_key: ['api_key.created', 'api_key.updated', 'api_key.revoked'],
  settings: ['settings.updated', 'branding.updated', 'console.changed', 'change.undone'],
  status: ['status.created', 'status.updated', 'status.deleted', 'status.reordered'],
  custom_field: [
    'custom_field.created',
    'custom_field.updated',
    'custom_field.archived',
    'custom_field.restored',
    'custom_field.reordered',
    'custom_field.deleted',
  ],
  audit: ['audit.read', 'audit.verified', 'audit.head_read'],
  consent: ['consent.created', 'consent.updated'],
  assignment_rule: [
    'assignment_rule.created',
    'assignment_rule.updated',
    'assignment_rule.deleted',
    'assignment_rule.reordered',
  ],
  tag: ['tag.created', 'tag.updated', 'tag.deleted'],
  view: ['view.created', 'view.updated', 'view.deleted'],
  report: ['report.downloaded'],
  dashboard: ['dashboard.arranged', 'dashboard.reset'],
  export: [
    'export.created',
    'export.finished',
    'export.failed',
    'export.cancelled',
    'export.retried',
    'export.downloaded',
    'export.deleted',
  ],
};

export const RECORD_TYPES = [
  'client',
  'lead',
  'partner',
  'user',
  'team',
  'role',
  'api_key',
  'settings',
  'branding',
  'status',
  'custom_field',
  'consent',
  'assignment_rule',
  'tag',
  'view',
  'export',
  'session',
  'audit',
  'job',
  'tenant',
] as const;

/** The area an action belongs to: `branding.updated` is a setting, `job.retried` one of its own. */
export function areaOf(action: string): string {
  const known = Object.entries(ACTIONS).find(([, actions]) => actions.includes(action));
  return known?.[0] ?? action.split('.')[0] ?? action;
}

/** All known actions and those seen beside them, area by area. */
export function actionsByArea(seen: readonly string[]): { area: string; action: string }[] {
  const areas = new Map<string, string[]>(Object.entries(ACTIONS).map(([area, list]) => [area, [...list]]));
  for (const action of [...seen].sort()) {
    const area = areaOf(action);
    const list = areas.get(area) ?? [];
    if (!list.includes(action)) areas.set(area, [...list, action]);
  }
  return [...areas].flatMap(([area, list]) => list.map((action) => ({ area, action })));
}

/** Where an entry's record is looked at; nothing for what has no page. */
export function pathOf(type: string, id: string | null | undefined): string | null {
  if (type === 'settings') return '/settings/general';
  if (type === 'branding') return '/settings/branding';
  if (type === 'status') return '/settings/statuses';
  if (type === 'custom_field') return '/settings/custom-fields';
  if (type === 'consent') return '/settings/registration';
  if (type === 'assignment_rule') return '/settings/assignment';
  if (type === 'export') return '/exports';
  if (!id) return null;
  if (type === 'client' || type === 'lead') return `/${type}s/${id}`;
  if (type === 'user') return `/settings/users/${id}`;
  if (type === 'team') return '/settings/teams';
  if (type === 'role') return '/settings/roles';
  if (type === 'api_key') return '/settings/api-keys';
  return null;
}
