export { inOrder, moved } from './moved';
export { ReorderList } from './ReorderList';
export { useReorder } from './useReorder';
