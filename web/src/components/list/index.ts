export { column } from './column';
export { FilterBar } from './FilterBar';
export { FindBox } from './FindBox';
export { ListView } from './ListView';
export type { FilterDef } from './types';
