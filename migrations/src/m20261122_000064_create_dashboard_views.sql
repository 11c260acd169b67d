-- Views for dashboards that read SQL: Metabase, Power BI, Superset. PostgreSQL only.
--
-- What begins with paiban_v1_ keeps its name, its columns, their order and their types; columns may be added at the end. What
-- has to change otherwise becomes paiban_v2_ beside it. A view names tables: a later change that takes a column away drops the
-- view first, and makes it anew.

CREATE VIEW paiban_v1_measures AS
SELECT d.date, s.name AS site, d.team_id, t.name AS team, d.agent_id, a.staff_number, a.name AS agent, d.shop_id, h.name AS shop,
    h.platform, d.queue_id, q.name AS queue,
    d.asked_people, d.answered_people, d.human_needed_people, d.received_people, d.sessions, d.session_millis, d.online_millis,
    d.customer_messages, d.agent_messages, d.turns, d.answered_turns, d.reply_millis, d.first_replies, d.first_reply_millis,
    d.slow_responses, d.within_30s, d.within_30s_of, d.within_3min, d.within_3min_of, d.window_within_30s, d.window_within_30s_of,
    d.window_within_3min, d.window_within_3min_of, d.inquirers, d.ordered_people, d.paid_people, d.lost_inquirers, d.paid_orders,
    d.ordered_cents, d.paid_cents, d.satisfied, d.dissatisfied, d.satisfaction_ratings, d.good_reviews, d.neutral_reviews,
    d.bad_reviews, d.attitude_reviews, d.rated_orders, d.low_score_orders, d.dispute_refunds, d.complaints, d.presale_chats,
    d.aftersale_chats, d.handled_orders, d.handling_millis
FROM figure_days d
JOIN agents a ON a.id = d.agent_id
JOIN teams t ON t.id = d.team_id
JOIN sites s ON s.id = t.site_id
JOIN shops h ON h.id = d.shop_id
LEFT JOIN queues q ON q.id = d.queue_id;

-- Every shipped figure of every day of an agent at a place: a day counts for a figure when all the figure's measures were
-- recorded on it, as in the feed. Not for dashboards; the four views below are.
CREATE VIEW paiban_v1_figure_parts AS
SELECT m.date, m.site, m.team_id, m.team, m.agent_id, m.staff_number, m.agent, m.shop_id, m.shop, m.queue_id, m.queue,
    f.figure, f.name_zh, f.name_en, f.definition, f.numerator::float8 AS numerator, f.denominator::float8 AS denominator,
    f.is_sum
FROM paiban_v1_measures m
CROSS JOIN LATERAL (VALUES
    ('order_conversion', '下单转化率', 'Order conversion', '(ordered_people) / (inquirers)',
        m.ordered_people, m.inquirers, false),
    ('payment_conversion', '付款转化率', 'Payment conversion', '(paid_people) / (ordered_people)',
        m.paid_people, m.ordered_people, false),
    ('inquiry_conversion', '询单转化率', 'Inquiry conversion', '(paid_people) / (inquirers)',
        m.paid_people, m.inquirers, false),
    ('average_order_value', '客单价', 'Average order value', '(paid_cents / 100) / (paid_people)',
        m.paid_cents * 0.01::float8, m.paid_people, false),
    ('sales', '客服销售额', 'Sales', 'paid_cents / 100',
        m.paid_cents * 0.01::float8, 1, true),
    ('first_reply_secs', '首次响应时长', 'First reply time', '(first_reply_millis / 1000) / (first_replies)',
        m.first_reply_millis * 0.001::float8, m.first_replies, false),
    ('average_reply_secs', '平均响应时长', 'Average reply time', '(reply_millis / 1000) / (answered_turns)',
        m.reply_millis * 0.001::float8, m.answered_turns, false),
    ('answer_question_ratio', '答问比', 'Answer/question ratio', '(agent_messages) / (customer_messages)',
        m.agent_messages, m.customer_messages, false),
    ('answer_rate', '应答率', 'Answer rate', '(answered_people) / (asked_people)',
        m.answered_people, m.asked_people, false),
    ('slow_response_share', '慢响应占比', 'Slow responses', '(slow_responses) / (turns)',
        m.slow_responses, m.turns, false),
    ('within_30s_rate', '30秒应答率', '30-second rate', '(within_30s) / (within_30s_of)',
        m.within_30s, m.within_30s_of, false),
    ('within_3min_rate', '3分钟人工回复率', '3-minute rate', '(within_3min) / (within_3min_of)',
        m.within_3min, m.within_3min_of, false),
    ('within_30s_rate_window', '30秒应答率(8-23点)', '30-second rate, 8-23', '(window_within_30s) / (window_within_30s_of)',
        m.window_within_30s, m.window_within_30s_of, false),
    ('within_3min_rate_window', '3分钟人工回复率(8-23点)', '3-minute rate, 8-23', '(window_within_3min) / (window_within_3min_of)',
        m.window_within_3min, m.window_within_3min_of, false),
    ('satisfaction_rate', '满意率', 'Satisfaction', '(satisfied) / (satisfaction_ratings)',
        m.satisfied, m.satisfaction_ratings, false),
    ('dissatisfaction_rate', '不满意率', 'Dissatisfaction', '(dissatisfied) / (satisfaction_ratings)',
        m.dissatisfied, m.satisfaction_ratings, false),
    ('good_review_rate', '好评率', 'Good-review rate', '(good_reviews) / (good_reviews + neutral_reviews + bad_reviews)',
        m.good_reviews, m.good_reviews + m.neutral_reviews + m.bad_reviews, false),
    ('attitude_share', '服务态度差中差评率', 'Attitude share', '(attitude_reviews) / (neutral_reviews + bad_reviews)',
        m.attitude_reviews, m.neutral_reviews + m.bad_reviews, false),
    ('low_score_share', '评分≤3订单率', 'Low-score orders', '(low_score_orders) / (rated_orders)',
        m.low_score_orders, m.rated_orders, false),
    ('dispute_refunds', '纠纷退款数', 'Dispute refunds', 'dispute_refunds',
        m.dispute_refunds, 1, true),
    ('complaints', '投诉数', 'Complaints', 'complaints',
        m.complaints, 1, true),
    ('chats_received', '接待量', 'Chats received', 'sessions',
        m.sessions, 1, true),
    ('people_received', '接待人数', 'People received', 'received_people',
        m.received_people, 1, true),
    ('presale_share', '售前占比', 'Presale share', '(presale_chats) / (presale_chats + aftersale_chats)',
        m.presale_chats, m.presale_chats + m.aftersale_chats, false),
    ('aftersale_share', '售后占比', 'Aftersale share', '(aftersale_chats) / (presale_chats + aftersale_chats)',
        m.aftersale_chats, m.presale_chats + m.aftersale_chats, false),
    ('order_handling_secs', '订单处理速度', 'Order-handling time', '(handling_millis / 1000) / (handled_orders)',
        m.handling_millis * 0.001::float8, m.handled_orders, false),
    ('average_session_secs', '平均会话时长', 'Average chat length', '(session_millis / 1000) / (sessions)',
        m.session_millis * 0.001::float8, m.sessions, false),
    ('chats_per_hour', '每小时接待量', 'Chats by hour online', '(sessions) / (online_millis / 3600000)',
        m.sessions, m.online_millis * (1.0 / 3600000)::float8, false),
    ('concurrency', '平均同时会话数', 'Chats at once', '(session_millis) / (online_millis)',
        m.session_millis, m.online_millis, false),
    ('lost_inquiry_share', '询单流失率', 'Lost inquiries', '(lost_inquirers) / (inquirers)',
        m.lost_inquirers, m.inquirers, false)
) AS f(figure, name_zh, name_en, definition, numerator, denominator, is_sum)
WHERE f.numerator IS NOT NULL AND f.denominator IS NOT NULL;

CREATE VIEW paiban_v1_figures_by_agent AS
SELECT date, site, team_id, team, agent_id, staff_number, agent, figure, name_zh, name_en, definition,
    sum(numerator) AS numerator,
    CASE WHEN is_sum THEN NULL ELSE sum(denominator) END AS denominator,
    CASE WHEN is_sum THEN sum(numerator) ELSE sum(numerator) / sum(denominator) END AS value
FROM paiban_v1_figure_parts
GROUP BY date, site, team_id, team, agent_id, staff_number, agent, figure, name_zh, name_en, definition, is_sum
HAVING sum(denominator) > 0;

CREATE VIEW paiban_v1_figures_by_team AS
SELECT date, site, team_id, team, figure, name_zh, name_en, definition,
    sum(numerator) AS numerator,
    CASE WHEN is_sum THEN NULL ELSE sum(denominator) END AS denominator,
    CASE WHEN is_sum THEN sum(numerator) ELSE sum(numerator) / sum(denominator) END AS value
FROM paiban_v1_figure_parts
GROUP BY date, site, team_id, team, figure, name_zh, name_en, definition, is_sum
HAVING sum(denominator) > 0;

CREATE VIEW paiban_v1_figures_by_shop AS
SELECT date, site, team_id, team, shop_id, shop, figure, name_zh, name_en, definition,
    sum(numerator) AS numerator,
    CASE WHEN is_sum THEN NULL ELSE sum(denominator) END AS denominator,
    CASE WHEN is_sum THEN sum(numerator) ELSE sum(numerator) / sum(denominator) END AS value
FROM paiban_v1_figure_parts
GROUP BY date, site, team_id, team, shop_id, shop, figure, name_zh, name_en, definition, is_sum
HAVING sum(denominator) > 0;

CREATE VIEW paiban_v1_figures_by_queue AS
SELECT date, site, team_id, team, queue_id, queue, figure, name_zh, name_en, definition,
    sum(numerator) AS numerator,
    CASE WHEN is_sum THEN NULL ELSE sum(denominator) END AS denominator,
    CASE WHEN is_sum THEN sum(numerator) ELSE sum(numerator) / sum(denominator) END AS value
FROM paiban_v1_figure_parts
GROUP BY date, site, team_id, team, queue_id, queue, figure, name_zh, name_en, definition, is_sum
HAVING sum(denominator) > 0;

-- Published shifts, as in the feed roster.
CREATE VIEW paiban_v1_roster AS
SELECT s.name AS site, r.team_id, t.name AS team, r.week_start AS week, n.date, n.agent_id, a.staff_number, a.name AS agent, a.post,
    p.code AS shift_code, p.name AS shift, n.starts_at, n.ends_at,
    coalesce((
        SELECT string_agg(
            to_char((rest ->> 'start')::timestamptz AT TIME ZONE r.zone, 'HH24:MI') || '-' ||
            to_char((rest ->> 'end')::timestamptz AT TIME ZONE r.zone, 'HH24:MI'), ' ' ORDER BY place)
        FROM jsonb_array_elements(n.breaks) WITH ORDINALITY AS b(rest, place)), '') AS breaks,
    n.paid_minutes, n.queue_id, q.name AS queue, n.is_pinned, n.id AS assignment_id
FROM rosters r
JOIN teams t ON t.id = r.team_id
JOIN sites s ON s.id = t.site_id
JOIN assignments n ON n.roster_id = r.id
JOIN agents a ON a.id = n.agent_id
JOIN shift_templates p ON p.id = n.shift_template_id
JOIN queues q ON q.id = n.queue_id
WHERE r.status = 'published';

-- Heads there against heads needed by published rosters, as in the feed coverage. Sunday's late shifts reach into the week
-- after, and both rosters have a row for that time: heads of both are there, and the later roster says what is required.
CREATE VIEW paiban_v1_coverage AS
WITH steps AS (
    SELECT r.id AS roster_id, r.week_start, r.team_id, p.queue_id, p.starts_at,
        p.starts_at + make_interval(mins => g.interval_minutes::int) AS ends_at, p.required, p.is_peak
    FROM rosters r
    JOIN requirements g ON g.id = r.requirement_id
    JOIN requirement_points p ON p.requirement_id = g.id
    WHERE r.status = 'published'
), points AS (
    SELECT p.*, (
        SELECT coalesce(sum(k.proficiency * (on_shift.seconds - away.seconds)), 0) / extract(epoch FROM p.ends_at - p.starts_at)::float8
        FROM assignments n
        JOIN agent_skills k ON k.agent_id = n.agent_id AND k.queue_id = n.queue_id
        CROSS JOIN LATERAL (
            SELECT extract(epoch FROM least(n.ends_at, p.ends_at) - greatest(n.starts_at, p.starts_at))::float8 AS seconds
        ) AS on_shift
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(greatest(0, extract(epoch FROM least((rest ->> 'end')::timestamptz, p.ends_at)
                - greatest((rest ->> 'start')::timestamptz, p.starts_at)))), 0)::float8 AS seconds
            FROM jsonb_array_elements(n.breaks) AS rest
        ) AS away
        WHERE n.roster_id = p.roster_id AND n.queue_id = p.queue_id AND n.starts_at < p.ends_at AND n.ends_at > p.starts_at
    ) AS covered
    FROM steps p
), merged AS (
    SELECT queue_id, starts_at,
        (array_agg(ends_at ORDER BY week_start DESC, roster_id DESC))[1] AS ends_at,
        (array_agg(team_id ORDER BY week_start DESC, roster_id DESC))[1] AS team_id,
        (array_agg(required ORDER BY week_start DESC, roster_id DESC))[1]::float8 AS required,
        (array_agg(is_peak ORDER BY week_start DESC, roster_id DESC))[1] AS is_peak,
        round(sum(covered)::numeric, 4)::float8 AS covered
    FROM points
    GROUP BY queue_id, starts_at
)
SELECT s.name AS site, c.team_id, t.name AS team, c.queue_id, q.name AS queue, c.starts_at, c.ends_at, c.required, c.covered,
    round(greatest(c.required - c.covered, 0)::numeric, 4)::float8 AS gap,
    round(greatest(c.covered - c.required, 0)::numeric, 4)::float8 AS surplus, c.is_peak
FROM merged c
JOIN teams t ON t.id = c.team_id
JOIN sites s ON s.id = t.site_id
JOIN queues q ON q.id = c.queue_id;

-- What the latest forecast of each week expected, beside what arrived; as in the feeds forecast and volumes. A forecast runs on
-- into the week after, and there that week's own counts.
CREATE VIEW paiban_v1_forecast_vs_actual AS
WITH latest AS (
    SELECT DISTINCT ON (team_id, week_start) id, team_id, week_start, interval_minutes
    FROM forecasts
    ORDER BY team_id, week_start, created_at DESC, id DESC
), expected AS (
    SELECT DISTINCT ON (p.queue_id, p.starts_at) l.team_id, p.queue_id, p.starts_at,
        p.starts_at + make_interval(mins => l.interval_minutes::int) AS ends_at, p.expected, p.p10, p.p90
    FROM latest l
    JOIN forecast_points p ON p.forecast_id = l.id
    ORDER BY p.queue_id, p.starts_at, l.week_start DESC, l.team_id DESC
)
SELECT s.name AS site, e.team_id, t.name AS team, e.queue_id, q.name AS queue, e.starts_at, e.ends_at, e.expected, e.p10, e.p90,
    (SELECT sum(v.inquiries) FROM volumes v
        WHERE v.queue_id = e.queue_id AND v.starts_at >= e.starts_at AND v.starts_at < e.ends_at
            AND v.starts_at + make_interval(mins => v.minutes::int) <= e.ends_at) AS inquiries
FROM expected e
JOIN teams t ON t.id = e.team_id
JOIN sites s ON s.id = t.site_id
JOIN queues q ON q.id = e.queue_id;

-- Months of shops against those rules of their platforms that go by the calendar month. How far it is to a limit, and how the
-- month will end, is reckoned by the program: see the feed compliance.
CREATE VIEW paiban_v1_compliance AS
WITH rules (rule, platform, name_zh, name_en, figure, is_higher_better, target, source, needs_confirmation) AS (VALUES
    ('kuaishou_good_review_rate', 'kuaishou', '快手好评率', 'Kuaishou good-review rate',
        'good_review_rate', true, 0.8::float8, 'https://cloud.tencent.com/developer/news/1190173',
        true),
    ('kuaishou_attitude_share', 'kuaishou', '快手服务态度差中差评率', 'Kuaishou attitude share of neutral and bad reviews',
        'attitude_share', false, 0.06::float8, 'https://cloud.tencent.com/developer/news/1190173',
        true),
    ('kuaishou_3min_reply', 'kuaishou', '快手3分钟人工回复率', 'Kuaishou 3-minute reply rate',
        'within_3min_rate_window', true, 0.7::float8, 'http://eqbang.com/webyx/8349987.html',
        true),
    ('jd_satisfaction', 'jd', '京东咚咚满意度', 'JD satisfaction',
        'satisfaction_rate', true, 0.8::float8, 'http://2565999.com/post/40000.html',
        true),
    ('jd_answer_rate', 'jd', '京东咚咚应答率', 'JD answer rate',
        'answer_rate', true, 0.7::float8, 'http://2565999.com/post/40000.html',
        true),
    ('pinduoduo_3min_reply', 'pinduoduo', '拼多多3分钟人工回复率', 'Pinduoduo 3-minute human reply rate',
        'within_3min_rate_window', true, NULL::float8, 'columns of the platform''s own export',
        true),
    ('pinduoduo_30s_reply', 'pinduoduo', '拼多多30秒应答率', 'Pinduoduo 30-second rate',
        'within_30s_rate_window', true, NULL::float8, 'columns of the platform''s own export',
        true),
    ('douyin_3min_reply', 'douyin', '飞鸽3分钟人工回复率', 'Feige 3-minute human reply rate',
        'within_3min_rate_window', true, NULL::float8, 'http://www.plnmw.com/InformationConsulting/kqreqrqhdd.html',
        true),
    ('douyin_dissatisfaction', 'douyin', '飞鸽IM不满意率', 'Feige dissatisfaction',
        'dissatisfaction_rate', false, NULL::float8, 'http://m.bbbearmall.com/news-68957.html',
        true)
), confirmed AS (
    SELECT DISTINCT ON (code) code, target, source FROM compliance_confirmations ORDER BY code, at DESC, id DESC
), months AS (
    SELECT shop_id, shop, date_trunc('month', date)::date AS month, figure, sum(numerator) AS counted, sum(denominator) AS of
    FROM paiban_v1_figure_parts
    GROUP BY shop_id, shop, date_trunc('month', date)::date, figure
)
SELECT m.shop_id, m.shop, h.platform, m.month, r.rule, r.name_zh, r.name_en, r.figure, m.counted, m.of, m.counted / m.of AS value,
    x.target,
    CASE WHEN r.is_higher_better THEN m.counted * 10000 >= round(x.target * 10000) * m.of
        ELSE m.counted * 10000 <= round(x.target * 10000) * m.of END AS is_met,
    r.needs_confirmation AND c.code IS NULL AS needs_confirmation, coalesce(c.source, r.source) AS source
FROM months m
JOIN shops h ON h.id = m.shop_id
JOIN rules r ON r.platform = h.platform AND r.figure = m.figure
LEFT JOIN confirmed c ON c.code = r.rule
CROSS JOIN LATERAL (SELECT CASE WHEN c.code IS NULL THEN r.target ELSE c.target END AS target) AS x
WHERE m.of > 0;

-- What each is, for the tools that show it.
COMMENT ON VIEW paiban_v1_measures IS 'What was counted of each agent on each local date at each place. Null was not recorded: that is not nought.';
COMMENT ON COLUMN paiban_v1_measures.date IS 'The local date on which the work began.';
COMMENT ON COLUMN paiban_v1_measures.site IS 'Display name of the site.';
COMMENT ON COLUMN paiban_v1_measures.team_id IS 'The team, as it was when the day was first recorded.';
COMMENT ON COLUMN paiban_v1_measures.team IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_measures.agent_id IS 'Who.';
COMMENT ON COLUMN paiban_v1_measures.staff_number IS 'Staff number.';
COMMENT ON COLUMN paiban_v1_measures.agent IS 'Display name of the agent.';
COMMENT ON COLUMN paiban_v1_measures.shop_id IS 'The shop.';
COMMENT ON COLUMN paiban_v1_measures.shop IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_measures.platform IS 'Where it sells.';
COMMENT ON COLUMN paiban_v1_measures.queue_id IS 'The queue; null where the source counts the shop as one.';
COMMENT ON COLUMN paiban_v1_measures.queue IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_measures.asked_people IS 'People who asked. 咨询人数';
COMMENT ON COLUMN paiban_v1_measures.answered_people IS 'People of those whom a human answered. 应答人数';
COMMENT ON COLUMN paiban_v1_measures.human_needed_people IS 'People of those whom the robot could not serve alone. 需要人工回复的咨询人数';
COMMENT ON COLUMN paiban_v1_measures.received_people IS 'People whom the agent received. 人工接待人数';
COMMENT ON COLUMN paiban_v1_measures.sessions IS 'Chats that the agent received. 会话量';
COMMENT ON COLUMN paiban_v1_measures.session_millis IS 'How long those chats lasted. 会话总时长(毫秒)';
COMMENT ON COLUMN paiban_v1_measures.online_millis IS 'Time at the seat, ready for chats. 在线时长(毫秒)';
COMMENT ON COLUMN paiban_v1_measures.customer_messages IS 'Messages of customers. 买家消息数';
COMMENT ON COLUMN paiban_v1_measures.agent_messages IS 'Messages of the agent. 客服消息数';
COMMENT ON COLUMN paiban_v1_measures.turns IS 'Turns: from a customer''s first unanswered message to the reply, repeated messages being one. 回复轮次';
COMMENT ON COLUMN paiban_v1_measures.answered_turns IS 'Turns that were answered. 已回复轮次';
COMMENT ON COLUMN paiban_v1_measures.reply_millis IS 'Waiting time of the answered turns. 回复总时长(毫秒)';
COMMENT ON COLUMN paiban_v1_measures.first_replies IS 'Chats with a first reply. 首次回复数';
COMMENT ON COLUMN paiban_v1_measures.first_reply_millis IS 'Waiting time before those. 首次响应总时长(毫秒)';
COMMENT ON COLUMN paiban_v1_measures.slow_responses IS 'Turns answered slowly, by the platform''s or the team''s own limit. 慢响应次数';
COMMENT ON COLUMN paiban_v1_measures.within_30s IS 'Answered within 30 s, of `within_30s_of`, all day. 30秒内应答数';
COMMENT ON COLUMN paiban_v1_measures.within_30s_of IS 'What the 30-second rate counts. 30秒应答基数';
COMMENT ON COLUMN paiban_v1_measures.within_3min IS 'Answered within 3 minutes, of `within_3min_of`, all day. 3分钟内回复数';
COMMENT ON COLUMN paiban_v1_measures.within_3min_of IS 'What the 3-minute rate counts. 3分钟回复基数';
COMMENT ON COLUMN paiban_v1_measures.window_within_30s IS 'Answered within 30 s inside the platform''s window, 8-23 on Pinduoduo. 30秒内应答数(考核时段)';
COMMENT ON COLUMN paiban_v1_measures.window_within_30s_of IS 'What that rate counts. 30秒应答基数(考核时段)';
COMMENT ON COLUMN paiban_v1_measures.window_within_3min IS 'Answered within 3 minutes inside the platform''s window. 3分钟内回复数(考核时段)';
COMMENT ON COLUMN paiban_v1_measures.window_within_3min_of IS 'What that rate counts. 3分钟回复基数(考核时段)';
COMMENT ON COLUMN paiban_v1_measures.inquirers IS 'People who asked before an order. 询单人数';
COMMENT ON COLUMN paiban_v1_measures.ordered_people IS 'People of those who ordered. 下单人数';
COMMENT ON COLUMN paiban_v1_measures.paid_people IS 'People of those who paid. 付款人数';
COMMENT ON COLUMN paiban_v1_measures.lost_inquirers IS 'People who asked and did not buy. 询单流失人数';
COMMENT ON COLUMN paiban_v1_measures.paid_orders IS 'Paid orders. 付款订单数';
COMMENT ON COLUMN paiban_v1_measures.ordered_cents IS 'Worth of what was ordered, cents. 下单金额(分)';
COMMENT ON COLUMN paiban_v1_measures.paid_cents IS 'Worth of what was paid, cents. 客服销售额(分)';
COMMENT ON COLUMN paiban_v1_measures.satisfied IS 'Customers who called themselves satisfied. 满意数';
COMMENT ON COLUMN paiban_v1_measures.dissatisfied IS 'Customers who called themselves dissatisfied. 不满意数';
COMMENT ON COLUMN paiban_v1_measures.satisfaction_ratings IS 'Customers who said how satisfied they are. 满意度评价数';
COMMENT ON COLUMN paiban_v1_measures.good_reviews IS 'Good reviews of the service: 满意. 好评数';
COMMENT ON COLUMN paiban_v1_measures.neutral_reviews IS 'Neutral ones: 一般. 中评数';
COMMENT ON COLUMN paiban_v1_measures.bad_reviews IS 'Bad ones: 失望. 差评数';
COMMENT ON COLUMN paiban_v1_measures.attitude_reviews IS 'Neutral and bad ones that name the agent''s attitude as the reason. 服务态度差中差评数';
COMMENT ON COLUMN paiban_v1_measures.rated_orders IS 'Orders that were scored. 评分订单数';
COMMENT ON COLUMN paiban_v1_measures.low_score_orders IS 'Orders scored 3 or less. 评分≤3订单数';
COMMENT ON COLUMN paiban_v1_measures.dispute_refunds IS 'Refunds after a dispute. 纠纷退款数';
COMMENT ON COLUMN paiban_v1_measures.complaints IS 'Complaints. 投诉数';
COMMENT ON COLUMN paiban_v1_measures.presale_chats IS 'Chats before an order. 售前会话量';
COMMENT ON COLUMN paiban_v1_measures.aftersale_chats IS 'Chats after an order. 售后会话量';
COMMENT ON COLUMN paiban_v1_measures.handled_orders IS 'Orders handled: changed, checked, refunded. 处理订单数';
COMMENT ON COLUMN paiban_v1_measures.handling_millis IS 'Time spent on those. 订单处理总时长(毫秒)';
COMMENT ON VIEW paiban_v1_figures_by_agent IS 'Every shipped figure by local date, of each agent; as the feed figures with grain=agent.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.date IS 'The local date.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.site IS 'Display name of the site.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.team_id IS 'The team, as it was when the day was first recorded.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.team IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.agent_id IS 'Who.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.staff_number IS 'Staff number.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.agent IS 'Display name of the agent.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.figure IS 'Code of the figure.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.name_zh IS 'Its name in Chinese.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.name_en IS 'Its name in English.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.definition IS 'What it is: an expression over measures.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.numerator IS 'Sum above the line: add these up, never the values.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.denominator IS 'Sum below the line; null for a plain sum.';
COMMENT ON COLUMN paiban_v1_figures_by_agent.value IS 'The value of this row alone.';
COMMENT ON VIEW paiban_v1_figures_by_team IS 'Every shipped figure by local date, of each team; as the feed figures with grain=team.';
COMMENT ON COLUMN paiban_v1_figures_by_team.date IS 'The local date.';
COMMENT ON COLUMN paiban_v1_figures_by_team.site IS 'Display name of the site.';
COMMENT ON COLUMN paiban_v1_figures_by_team.team_id IS 'The team, as it was when the day was first recorded.';
COMMENT ON COLUMN paiban_v1_figures_by_team.team IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_figures_by_team.figure IS 'Code of the figure.';
COMMENT ON COLUMN paiban_v1_figures_by_team.name_zh IS 'Its name in Chinese.';
COMMENT ON COLUMN paiban_v1_figures_by_team.name_en IS 'Its name in English.';
COMMENT ON COLUMN paiban_v1_figures_by_team.definition IS 'What it is: an expression over measures.';
COMMENT ON COLUMN paiban_v1_figures_by_team.numerator IS 'Sum above the line: add these up, never the values.';
COMMENT ON COLUMN paiban_v1_figures_by_team.denominator IS 'Sum below the line; null for a plain sum.';
COMMENT ON COLUMN paiban_v1_figures_by_team.value IS 'The value of this row alone.';
COMMENT ON VIEW paiban_v1_figures_by_shop IS 'Every shipped figure by local date, of each shop; as the feed figures with grain=shop.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.date IS 'The local date.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.site IS 'Display name of the site.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.team_id IS 'The team, as it was when the day was first recorded.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.team IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.shop_id IS 'The shop.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.shop IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.figure IS 'Code of the figure.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.name_zh IS 'Its name in Chinese.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.name_en IS 'Its name in English.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.definition IS 'What it is: an expression over measures.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.numerator IS 'Sum above the line: add these up, never the values.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.denominator IS 'Sum below the line; null for a plain sum.';
COMMENT ON COLUMN paiban_v1_figures_by_shop.value IS 'The value of this row alone.';
COMMENT ON VIEW paiban_v1_figures_by_queue IS 'Every shipped figure by local date, of each queue; as the feed figures with grain=queue.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.date IS 'The local date.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.site IS 'Display name of the site.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.team_id IS 'The team, as it was when the day was first recorded.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.team IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.queue_id IS 'The queue; null where the source counts the shop as one.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.queue IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.figure IS 'Code of the figure.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.name_zh IS 'Its name in Chinese.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.name_en IS 'Its name in English.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.definition IS 'What it is: an expression over measures.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.numerator IS 'Sum above the line: add these up, never the values.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.denominator IS 'Sum below the line; null for a plain sum.';
COMMENT ON COLUMN paiban_v1_figures_by_queue.value IS 'The value of this row alone.';
COMMENT ON VIEW paiban_v1_roster IS 'Published shifts, one row for each assignment; as the feed roster.';
COMMENT ON COLUMN paiban_v1_roster.site IS 'Display name of the site.';
COMMENT ON COLUMN paiban_v1_roster.team_id IS 'The team.';
COMMENT ON COLUMN paiban_v1_roster.team IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_roster.week IS 'Monday of the week.';
COMMENT ON COLUMN paiban_v1_roster.date IS 'The local date the shift begins on.';
COMMENT ON COLUMN paiban_v1_roster.agent_id IS 'Who.';
COMMENT ON COLUMN paiban_v1_roster.staff_number IS 'Staff number.';
COMMENT ON COLUMN paiban_v1_roster.agent IS 'Display name of the agent.';
COMMENT ON COLUMN paiban_v1_roster.post IS 'What the agent is employed as.';
COMMENT ON COLUMN paiban_v1_roster.shift_code IS 'Short mark of the shift.';
COMMENT ON COLUMN paiban_v1_roster.shift IS 'Display name of the shift.';
COMMENT ON COLUMN paiban_v1_roster.starts_at IS 'Start.';
COMMENT ON COLUMN paiban_v1_roster.ends_at IS 'End.';
COMMENT ON COLUMN paiban_v1_roster.breaks IS 'Local times of the breaks: 12:00-13:00 18:00-18:15.';
COMMENT ON COLUMN paiban_v1_roster.paid_minutes IS 'Minutes that count as work.';
COMMENT ON COLUMN paiban_v1_roster.queue_id IS 'On which queue.';
COMMENT ON COLUMN paiban_v1_roster.queue IS 'Display name of the queue.';
COMMENT ON COLUMN paiban_v1_roster.is_pinned IS 'Whether a new build must keep it.';
COMMENT ON COLUMN paiban_v1_roster.assignment_id IS 'Identity of the assignment.';
COMMENT ON VIEW paiban_v1_coverage IS 'Heads there against heads needed by published rosters, one row for each queue and interval; as the feed coverage.';
COMMENT ON COLUMN paiban_v1_coverage.site IS 'Display name of the site.';
COMMENT ON COLUMN paiban_v1_coverage.team_id IS 'The team.';
COMMENT ON COLUMN paiban_v1_coverage.team IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_coverage.queue_id IS 'The queue.';
COMMENT ON COLUMN paiban_v1_coverage.queue IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_coverage.starts_at IS 'Start of the interval.';
COMMENT ON COLUMN paiban_v1_coverage.ends_at IS 'End of the interval.';
COMMENT ON COLUMN paiban_v1_coverage.required IS 'Heads required.';
COMMENT ON COLUMN paiban_v1_coverage.covered IS 'Heads rostered, net of breaks, weighted by proficiency.';
COMMENT ON COLUMN paiban_v1_coverage.gap IS 'Heads missing.';
COMMENT ON COLUMN paiban_v1_coverage.surplus IS 'Heads beyond what is required.';
COMMENT ON COLUMN paiban_v1_coverage.is_peak IS 'Whether a peak window holds.';
COMMENT ON VIEW paiban_v1_forecast_vs_actual IS 'Expected inquiries beside those that arrived, one row for each queue and interval of the latest forecasts.';
COMMENT ON COLUMN paiban_v1_forecast_vs_actual.site IS 'Display name of the site.';
COMMENT ON COLUMN paiban_v1_forecast_vs_actual.team_id IS 'The team.';
COMMENT ON COLUMN paiban_v1_forecast_vs_actual.team IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_forecast_vs_actual.queue_id IS 'The queue.';
COMMENT ON COLUMN paiban_v1_forecast_vs_actual.queue IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_forecast_vs_actual.starts_at IS 'Start of the interval.';
COMMENT ON COLUMN paiban_v1_forecast_vs_actual.ends_at IS 'End of the interval.';
COMMENT ON COLUMN paiban_v1_forecast_vs_actual.expected IS 'The mean.';
COMMENT ON COLUMN paiban_v1_forecast_vs_actual.p10 IS 'One time in ten it is less.';
COMMENT ON COLUMN paiban_v1_forecast_vs_actual.p90 IS 'One time in ten it is more.';
COMMENT ON COLUMN paiban_v1_forecast_vs_actual.inquiries IS 'How many arrived; null where nothing is recorded, or only in longer intervals.';
COMMENT ON VIEW paiban_v1_compliance IS 'Calendar months of shops against the rules of their platforms.';
COMMENT ON COLUMN paiban_v1_compliance.shop_id IS 'The shop.';
COMMENT ON COLUMN paiban_v1_compliance.shop IS 'Its display name.';
COMMENT ON COLUMN paiban_v1_compliance.platform IS 'Where it sells.';
COMMENT ON COLUMN paiban_v1_compliance.month IS 'First day of the month.';
COMMENT ON COLUMN paiban_v1_compliance.rule IS 'Short name of the rule.';
COMMENT ON COLUMN paiban_v1_compliance.name_zh IS 'Its display name in Chinese.';
COMMENT ON COLUMN paiban_v1_compliance.name_en IS 'Its display name in English.';
COMMENT ON COLUMN paiban_v1_compliance.figure IS 'Code of the figure that the rule judges.';
COMMENT ON COLUMN paiban_v1_compliance.counted IS 'Counted in the month: the numerator.';
COMMENT ON COLUMN paiban_v1_compliance.of IS 'Of so many: the denominator.';
COMMENT ON COLUMN paiban_v1_compliance.value IS 'The share.';
COMMENT ON COLUMN paiban_v1_compliance.target IS 'The limit; null where none is known.';
COMMENT ON COLUMN paiban_v1_compliance.is_met IS 'Whether it is met.';
COMMENT ON COLUMN paiban_v1_compliance.needs_confirmation IS 'Whether nobody has checked the rule against the platform''s own text yet.';
COMMENT ON COLUMN paiban_v1_compliance.source IS 'Where the rule was read.';
COMMENT ON VIEW paiban_v1_figure_parts IS 'Parts of figures, for the views of figures and of compliance; not for dashboards.';
