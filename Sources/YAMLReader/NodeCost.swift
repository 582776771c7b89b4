/// What it costs to use a node again by an alias.
struct NodeCost {
    /// A node without children.
    static let scalar = NodeCost(count: 1, height: 1)

    /// How many nodes it is made of, itself included.
    var count: Int
    /// How many levels it is high; a scalar is 1.
    var height: Int

    /// The cost of a collection, as far as one more child makes it up.
    mutating func add(_ child: NodeCost) {
        count += child.count
        height = max(height, child.height + 1)
    }
}
