// The C++ twin of the M/M/1: std::priority_queue, a pool of requests, a latency histogram. mm1 REQUESTS
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <queue>
#include <random>
#include <vector>

struct Event {
    double t;
    int64_t order;
    int32_t kind, request;
    bool operator<(const Event& o) const { return t > o.t || (t == o.t && order > o.order); }
};

int main(int, char** argv) {
    const double end = atof(argv[1]) / 800.0;
    std::mt19937_64 random(1);
    std::exponential_distribution<double> gap(800.0), service(1000.0);
    std::priority_queue<Event> events;
    std::vector<double> start;
    std::vector<int32_t> free_requests;
    std::deque<int32_t> waiting;
    std::vector<int64_t> histogram(2433, 0);
    int64_t order = 0, done = 0;
    double total = 0;
    bool busy = false;
    const clock_t began = clock();
    events.push({gap(random), order++, 0, -1});
    while (events.top().t <= end) {
        const Event e = events.top();
        events.pop();
        if (e.kind == 0) {
            int32_t r;
            if (free_requests.empty()) {
                r = int32_t(start.size());
                start.push_back(0);
            } else {
                r = free_requests.back();
                free_requests.pop_back();
            }
            start[r] = e.t;
            events.push({e.t + gap(random), order++, 0, -1});
            if (busy) {
                waiting.push_back(r);
            } else {
                busy = true;
                events.push({e.t + service(random), order++, 1, r});
            }
        } else {
            const double s = e.t - start[e.request];
            total += s;
            done++;
            int b = int((std::log2(s) + 24) * 64);
            histogram[b < 0 ? 0 : b > 2432 ? 2432 : b]++;
            free_requests.push_back(e.request);
            if (waiting.empty()) {
                busy = false;
            } else {
                events.push({e.t + service(random), order++, 1, waiting.front()});
                waiting.pop_front();
            }
        }
    }
    printf("[%.9f, %.9f, %lld]\n", double(clock() - began) / CLOCKS_PER_SEC, total / double(done), (long long)done);
}
