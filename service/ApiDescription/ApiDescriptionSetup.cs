using Microsoft.OpenApi;
using SpikingDetector.Inference;

namespace SpikingDetector.Service.ApiDescription;

internal static class ApiDescriptionSetup
{
    private const string Document = "v1";

    /// <summary>OpenAPI and the page that shows it, which loads nothing from elsewhere.</summary>
    public static WebApplicationBuilder AddApiDescription(this WebApplicationBuilder builder)
    {
        builder.Services.AddEndpointsApiExplorer();
        builder.Services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Document, new OpenApiInfo
            {
                Title = "Spiking detector",
                Version = Document,
                Description = "Finds and classifies objects in pictures and event recordings with spiking neural networks. Errors are problem "
                    + "details (RFC 9457); programs tell them apart by their type.",
            });
            options.IncludeXmlComments(typeof(ApiDescriptionSetup).Assembly);
            options.IncludeXmlComments(typeof(Prediction).Assembly);
            options.SchemaFilter<AnswerSchemaFilter>();
            options.SchemaFilter<ProblemSchemaFilter>();
            options.OperationFilter<AnswerOperationFilter>();
            options.OperationFilter<PictureOperationFilter>();
            options.OperationFilter<InferenceOperationFilter>();
            options.OperationFilter<DeepStackOperationFilter>();
            options.OperationFilter<ProblemOperationFilter>();
            options.DocumentFilter<MetricsDocumentFilter>();
            options.DocumentFilter<HeaderDocumentFilter>();
        });
        builder.Services.AddSecurityDescription();
        return builder;
    }

    public static WebApplication UseApiDescription(this WebApplication app)
    {
        app.UseDescriptionPolicy();
        app.UseSwagger();
        app.UseSwaggerUI(options =>
        {
            options.SwaggerEndpoint($"/swagger/{Document}/swagger.json", Document);
            options.DocumentTitle = "Spiking detector: API";
            options.DisplayRequestDuration();
            options.EnableDeepLinking();
        });
        return app;
    }
}
