export { useCustomColumns } from './customColumns';
export type { FilterField } from './fields';
export { useCustomFilters, usePeople } from './useFields';
