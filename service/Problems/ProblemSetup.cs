namespace SpikingDetector.Service.Problems;

internal static class ProblemSetup
{
    public static WebApplicationBuilder AddProblems(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ProblemWriter>();
        builder.Services.AddExceptionHandler<ProblemExceptionHandler>();
        return builder;
    }

    /// <summary>From here on inwards every error ends as problem details.</summary>
    public static WebApplication UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(_ => { });
        ProblemWriter writer = app.Services.GetRequiredService<ProblemWriter>();
        app.UseStatusCodePages(context => writer.WriteBareStatusAsync(context.HttpContext));
        return app;
    }

    /// <summary>Describes the errors that an endpoint answers besides those that any endpoint can.</summary>
    public static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder endpoint, params ProblemType[] types) =>
        endpoint.WithMetadata(new ProblemMetadata(types));
}
