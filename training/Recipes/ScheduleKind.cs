namespace SpikingDetector.Training.Recipes;

internal enum ScheduleKind
{
    Constant,
    Step,
    Cosine,
    OneCycle,
}
