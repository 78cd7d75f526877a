import type { Query } from './client';
import type { Contact, Deal } from './sales';
import type { components, paths } from './schema.gen';
import type { Answer, Wire } from './wire';

/** The tenant API's shapes, straight from its OpenAPI description (`npm run gen:types`). */
type Schemas = components['schemas'];
type Out<K extends keyof Schemas> = Wire<Schemas[K]>;

export type List<T> = Omit<Out<'ListOut_ClientOut'>, 'data'> & { data: T[] };
export type Ref = { id: string; name: string };
export type Scope = Schemas['ScopeWord'];
export type FieldLevel = Schemas['LevelWord'];

export type Me = Out<'MeOut'>;
export type LoginResult = Out<'LoginOut'>;

export type Status = Out<'StatusOut'>;
export type Statuses = Out<'StatusesOut'>;

export type NewStatus = Out<'StatusIn'>;
export type StatusPatch = Out<'StatusPatch'>;

export type Setting = Out<'SettingOut'>;
export type BrandingPatch = Out<'BrandingPatch'>;
export type CustomField = Out<'CustomFieldOut'>;
export type NewCustomField = Out<'CustomFieldIn'>;
export type CustomFieldPatch = Out<'CustomFieldPatch'>;
export type DocumentType = Out<'DocumentTypeOut'>;
export type NewDocumentType = Out<'DocumentTypeIn'>;
export type DocumentTypePatch = Out<'DocumentTypePatch'>;
export type ClientDocument = Out<'DocumentOut'>;
export type DocumentPatch = Out<'DocumentPatch'>;
export type Revealed = Out<'RevealOut'>;
export type RevealQuota = Out<'RevealQuotaOut'>;

export type View = Out<'ViewOut'>;
export type NewView = Out<'ViewIn'>;
export type ViewPatch = Out<'ViewPatch'>;
export type Tag = Out<'TagOut'>;
export type NewTag = Out<'TagIn'>;
export type TagPatch = Out<'TagPatch'>;

export type Client = Out<'ClientOut'>;
export type NewClient = Out<'ClientIn'>;
export type ClientPatch = Out<'ClientPatch'>;
export type Lead = Out<'LeadOut'>;
export type NewLead = Out<'LeadIn'>;
export type LeadPatch = Out<'LeadPatch'>;

export type Activity = Out<'ActivityOut'>;
export type NewActivity = Out<'ActivityIn'>;
export type ActivityPatch = Out<'ActivityPatch'>;
export type Note = Out<'NoteOut'>;
export type Attachment = Out<'AttachmentOut'>;
export type Notification = Out<'NotificationOut'>;

export type DuplicateMatch = Out<'MatchOut'>;
export type DuplicatePair = Out<'PairOut'>;
export type DuplicateDraft = Out<'DraftIn'>;
export type MergeAnswer = Out<'MergedOut'>;
export type MergeOfClient = Out<'MergeOut'>;
export type SplitAnswer = Out<'SplitOut'>;

export type DiffEntry = Out<'AuditChangeOut'>;
export type AuditEntry = Out<'AuditEntryOut'>;
export type TimelineEntry = AuditEntry;
export type ChainCheck = Out<'AuditVerdict'>;
export type ChainHead = Out<'AuditHeadOut'>;
export type SavedHead = Out<'AuditExpectedIn'>;

export type Partner = Out<'PartnerOut'>;
export type User = Out<'UserOut'>;
export type Session = Out<'SessionOut'>;
export type TwoFactorSetup = Out<'TwoFactorSetupOut'>;
export type ApiKey = Out<'ApiKeyOut'>;
export type NewApiKey = Out<'ApiKeyIn'>;
export type MadeApiKey = Out<'NewApiKeyOut'>;
export type NewUser = Out<'UserIn'>;
export type UserPatch = Out<'UserPatch'>;
export type Team = Out<'TeamOut'>;
export type Role = Out<'RoleOut'>;
export type PermissionCatalogue = Out<'CatalogueOut'>;
export type JobStatus = Schemas['JobStatus'];
export type Job = Out<'JobOut'>;
export type Export = Out<'ExportOut'>;
export type BulkAnswer = Out<'BulkOut'>;
export type Undone = Out<'UndoneOut'>;
export type AssignmentRule = Out<'AssignmentRuleOut'>;
export type AssignmentRulePatch = Out<'AssignmentRuleIn'>;
export type AssignmentPreview = Out<'AssignmentPreviewOut'>;
export type TeamOverview = Out<'TeamOverviewOut'>;
export type AgentOverview = Out<'AgentOverviewOut'>;

export type Count = Out<'GroupOut'>;
export type ClientDashboard = Out<'ClientFiguresOut'>;

export type LeadDashboard = Out<'LeadFiguresOut'>;

export type FoundGroup = Out<'FoundGroupOut'>;
export type FoundItem = Out<'FoundOut'>;
export type FoundType = FoundGroup['type'];

/** The lists that share one reading and caching machinery. */
type Sales = { contacts: Contact; deals: Deal; opportunities: Deal };
type Described = 'clients' | 'leads' | 'partners' | 'users' | 'audit' | 'jobs' | 'exports';
export type Entity = Described | keyof Sales;
type RowsOf<L> = L extends { data: (infer T)[] } ? T : never;
export type RowOf<E extends Entity> = E extends keyof Sales
  ? Sales[E]
  : E extends Described
    ? RowsOf<Answer<paths[`/api/${E}`]['get']>>
    : never;
export type ListQuery<E extends Entity> = E extends Described
  ? { [K in keyof NonNullable<paths[`/api/${E}`]['get']['parameters']['query']>]?: Query[string] }
  : Query;

/** Free-form JSON as far as it is an object. */
export const record = (value: unknown): Record<string, unknown> =>
  value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
