export { column } from './column';
export { DeskBar } from './DeskBar';
export { type FilterField, useCustomColumns, useRecordFields } from './desk';
export { FilterBar } from './FilterBar';
export { FindBox } from './FindBox';
export { ListView } from './ListView';
export { type ListPage, type PeekProps, RecordList, useListPage, usePicking } from './RecordList';
export type { FilterDef } from './types';
