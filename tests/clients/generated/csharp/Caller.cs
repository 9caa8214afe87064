// Updating one field leaves all others unchanged, and answers may have new fields.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Newtonsoft.Json.Linq;
using Pricebook;

static class Caller
{
    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var later = new Later();
        var http = new HttpClient(later);
        http.DefaultRequestHeaders.Add("x-api-key", Environment.GetEnvironmentVariable("PRICEBOOK_KEY"));
        var client = new Client(http) { BaseUrl = Environment.GetEnvironmentVariable("PRICEBOOK_URL") + "/api/v1/" };

        var code = "cs_" + DateTime.UtcNow.Ticks;
        var made = (await client.CreatePlanAsync(null, new CreatePlanRequest
        {
            Name = "From C# " + code,
            Code = code,
            Description = "what stays",
            Metadata = new Dictionary<string, object> { ["tier"] = "gold" },
            IsPublic = true,
        })).Data;
        await UpdateThePlan(client, later, made);
        await UpdateItsPrice(client, later, code);
        Expect(later.Added > 0, "no answer had a field that is new");
    }

    static async Task UpdateThePlan(Client client, Later later, Plan made)
    {
        var name = "Renamed " + made.Code;
        await client.UpdatePlanAsync(made.Code, null, null, new UpdatePlanRequest { Name = name });
        ExpectSent(later, new JObject { ["name"] = name });

        var found = (await client.GetPlanAsync(made.Code, null)).Data;
        Expect(found.Name == name, "the name is " + found.Name);
        Expect(found.Description == "what stays", "the description is " + found.Description);
        Expect((string)found.Metadata["tier"] == "gold", "the metadata are not as they were made");
        // Everything else is unchanged.
        found.Name = made.Name;
        found.UpdatedAt = made.UpdatedAt;
        JToken expected = JObject.FromObject(made), actual = JObject.FromObject(found);
        Expect(JToken.DeepEquals(expected, actual), $"an update of the name changed more:\n{expected}\n{actual}");
    }

    static async Task UpdateItsPrice(Client client, Later later, string code)
    {
        var price = (await client.AddPlanPriceAsync(code, null, null, new AddPlanPriceRequest
        {
            BillingInterval = BillingInterval.Monthly,
            Price = 4900,
        })).Data;
        await client.UpdatePlanPriceAsync(code, price.Id, null, null, new UpdatePlanPriceRequest { TrialDays = 14 });
        ExpectSent(later, new JObject { ["trialDays"] = 14 });

        var found = (await client.GetPlanAsync(code, null)).Data.Prices.Single();
        Expect(found.Price == 4900, "the price is " + found.Price);
        Expect(found.TrialDays == 14, "the trial has days: " + found.TrialDays);
    }

    static void ExpectSent(Later later, JObject expected) =>
        Expect(JToken.DeepEquals(later.Sent, expected), "the update sends " + later.Sent);

    static void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new Exception(otherwise);
        }
    }
}

// Adds a field to every object of an answer, as a later version may.
class Later : HttpClientHandler
{
    // The number of added fields.
    public int Added { get; private set; }
    // The last request body.
    public JToken Sent { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken end)
    {
        if (request.Content != null)
        {
            Sent = JToken.Parse(await request.Content.ReadAsStringAsync());
        }
        var answer = await base.SendAsync(request, end);
        var body = JToken.Parse(await answer.Content.ReadAsStringAsync());
        Grow(body);
        answer.Content = new StringContent(body.ToString(), Encoding.UTF8, "application/json");
        return answer;
    }

    // Metadata is skipped, since its keys belong to the client.
    void Grow(JToken value)
    {
        foreach (var inner in value.Children().Where(inner => !(inner is JProperty field && field.Name == "metadata")).ToList())
        {
            Grow(inner);
        }
        if (value is JObject thing)
        {
            thing["addedLater"] = new JObject { ["a"] = 1 };
            Added++;
        }
    }
}
