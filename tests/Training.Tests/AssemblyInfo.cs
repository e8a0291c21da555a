// One test after the other: TorchSharp 0.107 lets the garbage collector free the Scalar of `x * 0.5f` while the native
// call still reads it, and threads that allocate beside it make that likely (docs/decisions.md, Training).
[assembly: CollectionBehavior(DisableTestParallelization = true)]
