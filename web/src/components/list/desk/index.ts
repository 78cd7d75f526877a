export { useCustomColumns } from './customColumns';
export type { FilterField } from './fields';
export { useRecordFields } from './useRecordFields';
