export { type Col, type ColumnMeta, features, metaOf, SELECT, selectColumn, type Table } from './core';
export { DataTable } from './DataTable';
