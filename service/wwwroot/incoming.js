// Files that are dropped on the page or pasted into it.

/** Hands every dropped or pasted file on; body has the class over while files hover above the page. */
export function takeDroppedAndPasted(take) {
  const mark = (isOver) => document.body.classList.toggle('over', isOver);
  addEventListener('dragover', (event) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    mark(true);
  });
  addEventListener('dragleave', (event) => { if (!event.relatedTarget) mark(false); });
  addEventListener('drop', (event) => {
    mark(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  addEventListener('paste', (event) => {
    // Text goes where it was meant to go.
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    take([...event.clipboardData.files]);
  });
}
