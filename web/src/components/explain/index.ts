export { useCatalogue } from './catalogue';
export { PermissionPicker } from './PermissionPicker';
export { catalogueQuery, explainQuery } from './query';
export { RecordPicker } from './RecordPicker';
export type {
  Catalogue,
  FieldGroup,
  Permission,
  Question,
  RecordType,
  ResourceRef,
  ResourceType,
  SensitiveField,
} from './types';
export { AREAS } from './types';
export { PermissionVerdict } from './UserMayDialog';
export { UserPicker } from './UserPicker';
export { Verdict } from './Verdict';
export { Verdicts } from './Verdicts';
export { LEVEL_HUE, LEVELS, SCOPE_HUE, SCOPES, useAccessWords } from './words';
